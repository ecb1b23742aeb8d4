import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import type { EndpointRecord } from '../../engine/history.ts';
import { AlertRow } from '../alerts/alert-row.tsx';
import { useApi } from '../api/api-context.ts';
import type { AnswerOf } from '../api/operations.ts';
import { useRights } from '../home/rights.ts';
import { type Live, useAnswer } from '../live/use-answer.ts';
import { useCall } from '../live/use-call.ts';
import { NoSuchTarget } from '../parts/no-such-target.tsx';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import { certificateDays } from './certificates.ts';
import { CertificatesPart } from './certificates-part.tsx';
import { ComparisonPart } from './comparison-part.tsx';
import { LatencyPart } from './latency-part.tsx';
import { MaintenancePart } from './maintenance-part.tsx';
import { OwnershipPart } from './ownership-part.tsx';
import { RegistrationPart } from './registration-part.tsx';
import { RunStrip, STRIP_RUNS } from './run-strip.tsx';
import { SchedulePart } from './schedule-part.tsx';
import { timelineOf } from './timeline.ts';
import { TimelinePart } from './timeline-part.tsx';
import { useCauseWords } from './use-cause-words.ts';

const EVERY_MS = 10_000;
/** Runs that are listed below the strip. */
const LISTED = 5;

/** Everything about one target. Nothing moves while data comes: all of it is shown when the first answers are there. */
export function TargetView({ name }: { readonly name: string }) {
  const { say } = useSpeech();
  const api = useApi();
  const { may } = useRights();
  const title = useRef<HTMLHeadingElement>(null);
  const start = useCall();
  useEffect(() => title.current?.focus(), []);
  const target = useAnswer(
    useCallback(() => api('getTarget', { params: { name } }), [api, name]),
    EVERY_MS,
  );
  const runs = useAnswer(
    useCallback(() => api('listTargetRuns', { params: { name }, query: { limit: STRIP_RUNS } }), [api, name]),
    EVERY_MS,
  );
  const last = runs.value?.runs[0]?.runId ?? '';
  const windows = useAnswer(
    useCallback(() => api('listMaintenance', { params: { target: name } }), [api, name]),
    EVERY_MS,
  );
  const isThere = target.value !== undefined && runs.value !== undefined && windows.value !== undefined;
  if (target.trouble?.status === 'refused' && target.trouble.refusal.httpStatus === 404)
    return <NoSuchTarget title={title} />;
  return (
    <>
      <h1 ref={title} tabIndex={-1} class="of-target">
        <VerdictBadge verdict={target.value?.latest?.verdict} /> {name}
      </h1>
      <Trouble of={target.trouble ?? runs.trouble ?? windows.trouble} again={target.reload} />
      {may('startRun') && (
        <p class="tools">
          <button
            type="button"
            class="main"
            aria-disabled={start.isBusy}
            onClick={() =>
              void start.run(
                () => api('startRun', { body: { targets: [name] } }),
                ({ runId }) => {
                  location.hash = addressOf({ view: 'run', runId });
                },
              )
            }
          >
            {say('targets.run')}
          </button>
          <a href={addressOf({ view: 'gate', name })}>{say('gate.open')}</a>
        </p>
      )}
      <Trouble of={start.trouble} />
      {!isThere && <p class="dim">{say('loading')}</p>}
      {target.value && runs.value && windows.value && (
        <Parts
          key={name}
          target={target.value}
          runs={runs.value.runs}
          windows={windows.value.windows}
          last={last}
          changed={target.reload}
          windowsChanged={windows.reload}
        />
      )}
    </>
  );
}

interface PartsProps {
  readonly target: AnswerOf<'getTarget'>;
  readonly runs: AnswerOf<'listTargetRuns'>['runs'];
  readonly windows: AnswerOf<'listMaintenance'>['windows'];
  /** Id of the last run: with another one, history and times are asked for again. */
  readonly last: string;
  readonly changed: () => void;
  readonly windowsChanged: () => void;
}

function Parts({ target, runs, windows, last, changed, windowsChanged }: PartsProps) {
  const { say } = useSpeech();
  const { name, alert, latest } = target;
  const wordsOf = useCauseWords();
  const { records, acknowledged, times, isSettled } = usePast(name, last);
  const timeline = useMemo(() => timelineOf(records), [records]);
  const certificates = useMemo(() => certificateDays(records, Date.now()), [records]);
  if (!isSettled) return <p class="dim">{say('loading')}</p>;
  const cause = latest?.worst?.cause;
  // Nothing is checked before it is proven: that comes first.
  const isUnproven = target.hosts.some(({ authorisation }) => authorisation === undefined);
  const change = timeline[0];
  return (
    <>
      {isUnproven && <OwnershipPart target={target} again={changed} />}
      {latest && (
        <section class={`verdict ${latest.verdict}`} aria-label={say('target.now')}>
          <p>
            {say('report.since', { verdict: say(`verdict.${latest.verdict}`), time: '' })}
            <Time iso={latest.since ?? latest.worst?.since ?? latest.startedAt} />
          </p>
          {latest.worst && (
            <p>
              <b>{cause !== undefined && (wordsOf(cause) ?? cause)}</b> {latest.worst.endpoint}{' '}
              {cause !== undefined && (
                <a href={addressOf({ view: 'causes', code: cause })}>
                  <code>{cause}</code>
                </a>
              )}
            </p>
          )}
          {change && (
            <p class="dim">
              {say('target.last-change')} <Time iso={change.at} />
            </p>
          )}
        </section>
      )}
      {(alert || acknowledged.length > 0) && (
        <section class="card" aria-labelledby="alerts">
          <h2 id="alerts">{say('target.alerts')}</h2>
          <ul class="rows">
            {alert && <AlertRow alert={alert} changed={changed} />}
            {acknowledged.map(({ by, at, reason }) => (
              <li key={at} class="dim">
                <Time iso={at} /> {say('alert.acknowledged', { by })} {reason}
              </li>
            ))}
          </ul>
        </section>
      )}
      <div class="columns">
        <div>
          <section class="card" aria-labelledby="runs">
            <h2 id="runs">{say('target.runs')}</h2>
            {runs.length === 0 && <p class="dim">{say('target.runs.none')}</p>}
            {runs.length > 0 && <RunStrip verdicts={runs.map(({ verdict }) => verdict).toReversed()} />}
            <ul class="rows">
              {runs.slice(0, LISTED).map((each) => (
                <li key={each.runId}>
                  <VerdictBadge verdict={each.verdict} />{' '}
                  <a href={addressOf({ view: 'run', runId: each.runId })}>
                    <Time iso={each.startedAt} />
                  </a>
                  <span class="why">{each.summary}</span>
                </li>
              ))}
            </ul>
          </section>
          {runs.length > 0 && <TimelinePart entries={timeline} wordsOf={wordsOf} />}
          {runs.length > 1 && <ComparisonPart name={name} runs={runs} />}
          {runs.length > 0 && <LatencyPart times={times} />}
        </div>
        <div>
          <SchedulePart target={name} isSet={target.schedule !== undefined} changed={changed} />
          <MaintenancePart target={name} windows={windows} changed={windowsChanged} />
          {runs.length > 0 && <CertificatesPart certificates={certificates} />}
          {!isUnproven && <OwnershipPart target={target} again={changed} />}
          <RegistrationPart target={target} />
        </div>
      </div>
    </>
  );
}

const MOST_PAGES = 5;

/** What is kept of earlier runs. Where nothing is, as before the first run, there is nothing to show. */
function usePast(name: string, last: string) {
  const api = useApi();
  const history = useAnswer(
    useCallback(async () => {
      const records: EndpointRecord[] = [];
      let acknowledged: AnswerOf<'getHistory'>['acknowledged'];
      let after: string | undefined;
      for (let page = 0; page < MOST_PAGES && last !== ''; page += 1) {
        const query = after === undefined ? {} : { after };
        const answer = await api('getHistory', { params: { name }, query });
        if (answer.status !== 'answered') return answer;
        records.push(...answer.value.records);
        acknowledged ??= answer.value.acknowledged;
        after = answer.value.next;
        if (after === undefined) break;
      }
      return { status: 'answered' as const, value: { records, acknowledged: acknowledged ?? [] } };
    }, [api, name, last]),
  );
  const times = useAnswer(
    useCallback(() => api('getTimes', { params: { name }, query: { limit: STRIP_RUNS } }), [api, name, last]),
  );
  const known = useRef<Pick<Past, 'records' | 'acknowledged' | 'times'>>(NOTHING);
  if (history.value) known.current = { ...known.current, ...history.value };
  if (times.value) known.current = { ...known.current, times: times.value.runs };
  const wasSettled = useRef(false);
  wasSettled.current ||= isOver(history) && isOver(times);
  return { ...known.current, isSettled: wasSettled.current };
}

type Past = Pick<AnswerOf<'getHistory'>, 'records'> & {
  readonly acknowledged: NonNullable<AnswerOf<'getHistory'>['acknowledged']>;
  readonly times: AnswerOf<'getTimes'>['runs'];
};
const NOTHING: Past = { records: [], acknowledged: [], times: [] };
const isOver = ({ value, trouble }: Live<unknown>): boolean => value !== undefined || trouble !== undefined;
