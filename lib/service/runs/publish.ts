import pMap from 'p-map';
import { type EndpointReport, Report } from '../../engine/report-schema.ts';
import { judgeRun } from '../../engine/verdict/run.ts';
import type { ChangeEvent } from '../../model/change-event.ts';
import { countVerdicts } from '../../model/verdict-counts.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { keepRun } from '../state/history.ts';
import { changeLatest, type LatestEndpoint, type LatestState, recentAfter } from '../state/latest.ts';
import { writeTimes } from '../state/phase-times.ts';
import { isSuperseded, type RunStart } from '../state/run-order.ts';
import { addRunReport, endRun } from '../state/runs.ts';
import type { SightedSource } from '../state/sources.ts';
import { addTargetRun } from '../state/target-runs.ts';
import { type AnnouncePorts, announceChanges } from './announce.ts';
import { failure } from './failure.ts';
import { latestSeen } from './latest-seen.ts';
import { CALLS_AT_A_TIME } from './limits.ts';
import type { RunRecord } from './messages.ts';
import { noteSources } from './note-sources.ts';
import { openJson } from './payload.ts';
import { phaseTimes } from './phase-times.ts';
import { parseStep } from './step-input.ts';
import { type PublishOutput, type ReportMade, ReportOutput } from './steps.ts';

export interface PublisherPorts {
  readonly store: Pick<RunStore, 'get'>;
  readonly items: Pick<ItemStore, 'get' | 'put' | 'update'>;
  /** Days that a run, and the history of an endpoint after its last run, are kept. */
  readonly retentionDays: number;
  readonly changes: Omit<AnnouncePorts, 'items' | 'now'>;
  readonly telemetry: Telemetry;
  /** Milliseconds since 1970; `isSuperseded`. */
  readonly now?: () => number;
}

/**
 * The handler of the state `Publish`: the history and the latest state of each target, and then what changed. A run that
 * comes late, or again, never takes the place of a newer one. Throws `StoreFailed`, and `AnnouncementFailed` when all is
 * written but could not be announced.
 */
export function createPublisher(ports: PublisherPorts) {
  const { store, items, retentionDays, telemetry } = ports;
  return async (event: unknown, invocation: Invocation): Promise<PublishOutput> => {
    const { run, reports, verdict, finishedAt, sources = [] } = parseStep(ReportOutput, event);
    const log = telemetry.with({ runId: run.runId, requestId: invocation.awsRequestId });
    const targets: PublishOutput['targets'] = [];
    const own: Published[] = [];
    for (const [index, made] of reports.entries()) {
      if (made.apart === true) {
        const { target, verdict, summary } = made;
        await addRunReport(items, run, index, { target, verdict, summary }, retentionDays);
        targets.push({ target, latest: 'apart' });
        continue;
      }
      const { endpoints } = await openJson(made.keys.json, Report, store);
      const line = { ...lineOf(made), ...startOf(run), times: writeTimes(phaseTimes(endpoints)) };
      await addTargetRun(items, made.target, line, retentionDays);
      own.push({ target: made.target, endpoints });
      const keep = async (endpoint: EndpointReport): Promise<void> => {
        const kept = await keepRun(items, made.target, endpoint, {
          ...run,
          retentionDays,
          ...present(ports),
        });
        if (kept === 'busy') throw changedAllTheTime('the history of an endpoint');
      };
      await pMap(endpoints, keep, { concurrency: CALLS_AT_A_TIME });
      const latest = await writeLatest(ports, made, endpoints, run);
      targets.push({ target: made.target, latest });
    }
    await endRun(items, run.runId, { finishedAt, verdict });
    const superseded = targets.filter(({ latest }) => latest === 'superseded').length;
    log.info('run published', { targets: targets.length, superseded, verdict });
    const changes = await tellChanges(ports, { own, sources }, { ...run, finishedAt }, log);
    return { published: true, targets, changes };
  };
}

/** What a run reported of a target. All reports of a run have `MAX_ENDPOINTS` endpoints at most, so they stay in memory. */
interface Published {
  readonly target: string;
  readonly endpoints: readonly EndpointReport[];
}

/** Last of all, so that a bus that does not answer prevents only the announcement; one target does not wait for another. */
async function tellChanges(
  { items, changes, now }: PublisherPorts,
  { own, sources }: { readonly own: readonly Published[]; readonly sources: readonly SightedSource[] },
  run: RunStart & { readonly finishedAt: string },
  log: Telemetry,
): Promise<number> {
  let told = 0;
  let fault: unknown;
  const tell = async (work: () => Promise<readonly ChangeEvent[]>): Promise<void> => {
    try {
      for (const { kind, id } of await work()) {
        told += 1;
        log.info('change reported', { kind, change: id });
        log.metric('Changes', 1, 'Count', { kind });
      }
    } catch (error) {
      fault ??= error;
    }
  };
  for (const { target, endpoints } of own)
    await tell(() => announceChanges({ ...changes, items, ...(now && { now }) }, target, endpoints, run));
  await tell(async () => {
    const event = await noteSources({ ...changes, items }, sources, run);
    return event === undefined ? [] : [event];
  });
  if (fault === undefined) return told;
  const words = fault instanceof Error ? fault.message : String(fault);
  throw failure('AnnouncementFailed', `published, but not all changes could be reported: ${words}`, fault);
}

const lineOf = ({ verdict, summary, keys }: ReportMade) => ({ verdict, summary, keys });
const startOf = ({ runId, startedAt }: RunStart): RunStart => ({ runId, startedAt });

const changedAllTheTime = (what: string): Error =>
  failure('StoreFailed', `${what} changed again and again while it was written`);

const present = ({ now }: Pick<PublisherPorts, 'now'>): { readonly now?: number } =>
  now === undefined ? {} : { now: now() };

async function writeLatest(
  { items, now }: Pick<PublisherPorts, 'items' | 'now'>,
  { target, verdict }: ReportMade,
  endpoints: readonly EndpointReport[],
  { runId, startedAt, only }: Pick<RunRecord, 'runId' | 'startedAt' | 'only'>,
): Promise<'written' | 'superseded'> {
  const written = await changeLatest<'written' | 'superseded'>(items, target, (previous) => {
    if (previous !== undefined && isSuperseded({ runId, startedAt }, previous, now?.()))
      return { outcome: 'superseded' };
    const seen = statesOf(endpoints, previous, startedAt);
    const state =
      only === true
        ? withOthers(seen, previous, { runId, startedAt })
        : { runId, startedAt, verdict, endpoints: seen };
    return { outcome: 'written', write: { ...state, recent: recentAfter(previous, state) } };
  });
  if (written === 'busy') throw changedAllTheTime('the latest state of a target');
  return written;
}

/** What stays as it was keeps its `since`. */
function statesOf(
  endpoints: readonly EndpointReport[],
  previous: LatestState | undefined,
  startedAt: string,
): LatestState['endpoints'] {
  const states = endpoints.map((endpoint): [string, LatestEndpoint] => {
    const { id, verdict, cause } = endpoint;
    const before = previous?.endpoints[id];
    const isSame = before?.verdict === verdict && before.since <= startedAt;
    const since = isSame ? before.since : startedAt;
    const seen = latestSeen(endpoint);
    return [id, { verdict, ...(cause !== undefined && { cause }), since, seen }];
  });
  return Object.fromEntries(states);
}

/** A run of some endpoints leaves the others as they were. */
function withOthers(
  seen: LatestState['endpoints'],
  previous: LatestState | undefined,
  run: RunStart,
): LatestState {
  const endpoints = { ...previous?.endpoints, ...seen };
  const counts = countVerdicts(Object.values(endpoints));
  return { ...run, verdict: judgeRun(counts), endpoints };
}
