import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { formatFor } from '../parts/reader-clock.ts';
import { Scroll } from '../parts/scroll.tsx';
import { Time } from '../parts/time.tsx';
import { type Language, useSpeech } from '../words/words.ts';
import {
  type Latency,
  type LatencyLine,
  latencyOf,
  measuredEndpoints,
  type TimesOfRuns,
  vantagesOf,
} from './latency.ts';

/** How long each phase took from each vantage: a chart, and the same as a table. */
export function LatencyPart({ times }: { readonly times: TimesOfRuns }) {
  const { say } = useSpeech();
  const id = useId();
  const endpoints = measuredEndpoints(times);
  const [wanted, setWanted] = useState<string>();
  const [from, setFrom] = useState('');
  const endpoint = endpoints.find((one) => one === wanted) ?? endpoints[0] ?? '';
  const vantages = vantagesOf(times, endpoint);
  const chosen = vantages.includes(from) ? from : '';
  const latency = useMemo(
    () => latencyOf(times, endpoint, chosen === '' ? vantagesOf(times, endpoint) : [chosen]),
    [times, endpoint, chosen],
  );
  return (
    <section class="card latency" aria-labelledby="latency">
      <h2 id="latency">{say('latency.title')}</h2>
      {endpoints.length === 0 ? (
        <p class="dim">{say('latency.none')}</p>
      ) : (
        <>
          <div class="tools">
            <span class="field">
              <label for={`${id}-endpoint`}>{say('board.endpoint')}</label>
              <select
                id={`${id}-endpoint`}
                value={endpoint}
                onChange={({ currentTarget }) => setWanted(currentTarget.value)}
              >
                {endpoints.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </select>
            </span>
            <span class="field">
              <label for={`${id}-from`}>{say('latency.from')}</label>
              <select
                id={`${id}-from`}
                value={chosen}
                onChange={({ currentTarget }) => setFrom(currentTarget.value)}
              >
                <option value="">{say('latency.all')}</option>
                {vantages.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </select>
            </span>
          </div>
          <Chart latency={latency} />
          <TimesTable latency={latency} />
        </>
      )}
    </section>
  );
}

const DAY_S = 86_400;

/** What stands below the chart, as exact as the distance of two such marks. */
const timeBelow =
  (language: Language) =>
  (seconds: number, step: number): string => {
    const clock = { hour: '2-digit', minute: '2-digit' } as const;
    const day = { day: 'numeric', month: 'short' } as const;
    const options =
      step < 60 ? { ...clock, second: '2-digit' as const } : step < DAY_S ? { ...day, ...clock } : day;
    return formatFor(language, options).format(seconds * 1_000);
  };

function Chart({ latency }: { readonly latency: Latency }) {
  const { say, language } = useSpeech();
  const place = useRef<HTMLDivElement>(null);
  const nameOf = ({ vantage, phase }: LatencyLine): string => `${say(`latency.${phase}`)}, ${vantage}`;
  useEffect(() => {
    let end: (() => void) | undefined;
    let isOver = false;
    void import('./latency-chart.ts').then(({ drawLatency }) => {
      if (!isOver && place.current !== null)
        end = drawLatency(place.current, latency, nameOf, timeBelow(language));
    });
    return () => {
      isOver = true;
      end?.();
    };
  }, [latency, language]);
  const newest = latency.lines.flatMap((line) => {
    const last = line.values.findLast((value) => value !== null);
    return last === undefined || last === null ? [] : [`${nameOf(line)}: ${last} ms`];
  });
  return (
    <>
      <ul class="tools legend" aria-hidden="true">
        {[...new Set(latency.lines.map(({ phase }) => phase))].map((phase) => (
          <li key={phase} class={phase}>
            {say(`latency.${phase}`)}
          </li>
        ))}
      </ul>
      <div
        ref={place}
        class="chart"
        role="img"
        aria-label={`${say('latency.newest')} ${newest.join('; ')}`}
      />
    </>
  );
}

function TimesTable({ latency: { at, lines } }: { readonly latency: Latency }) {
  const { say } = useSpeech();
  return (
    <details>
      <summary>{say('latency.table')}</summary>
      <Scroll label={say('latency.table')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{say('target.run')}</th>
              {lines.map(({ vantage, phase }) => (
                <th key={`${vantage} ${phase}`} scope="col">
                  {say(`latency.${phase}`)}
                  <br />
                  <span class="dim">{vantage}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {at
              .map((iso, index) => (
                <tr key={iso}>
                  <th scope="row">
                    <Time iso={iso} />
                  </th>
                  {lines.map(({ vantage, phase, values }) => (
                    <td key={`${vantage} ${phase}`}>{values[index] ?? '–'}</td>
                  ))}
                </tr>
              ))
              .toReversed()}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
