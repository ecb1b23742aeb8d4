import { useCallback } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import { useAnswer } from '../live/use-answer.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';
import { SiteVantages } from './site-vantages.tsx';
import { StopEverything } from './stop-everything.tsx';

const EVERY_MS = 10_000;

/** What each can do, by which addresses others see it, and the switch that stops them all. */
export function VantagesPart() {
  const { say } = useSpeech();
  const api = useApi();
  const fleet = useAnswer(
    useCallback(() => api('getFleet', {}), [api]),
    EVERY_MS,
  );
  const sources = useAnswer(useCallback(() => api('getSources', {}), [api]));
  const sourcesOf = (id: string) => sources.value?.vantages.find((one) => one.id === id)?.sources ?? [];
  return (
    <>
      <Trouble of={fleet.trouble} again={fleet.reload} />
      <section class="card">
        <ul class="rows">
          {fleet.value?.vantages.map(({ id, region, kind, families, smtp }) => (
            <li key={id}>
              <b>{id}</b>{' '}
              <span class="dim">
                {[kind, region].filter((text) => text !== undefined && text !== id).join(', ')}
              </span>
              <span class="why">
                {families?.map((family) => `IPv${family}`).join(', ')} {smtp === true && say('vantages.smtp')}
              </span>
              {sourcesOf(id).map(({ address, lastSeen }) => (
                <span key={address} class="why">
                  <code>{address}</code> {lastSeen !== undefined && <Time iso={lastSeen} />}
                </span>
              ))}
            </li>
          ))}
        </ul>
      </section>
      <SiteVantages />
      {fleet.value && <StopEverything stopped={fleet.value.stopped} changed={fleet.reload} />}
      {fleet.value && fleet.value.runs.length > 0 && (
        <section class="card" aria-labelledby="last-runs">
          <h2 id="last-runs">{say('vantages.runs')}</h2>
          <ul class="rows">
            {fleet.value.runs.map(({ name, status, startedAt }) => (
              <li key={name}>
                <a href={`#/runs/${encodeURIComponent(name)}`}>{name}</a> {say(`vantages.run.${status}`)}{' '}
                <span class="dim">
                  <Time iso={startedAt} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
