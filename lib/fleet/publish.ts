import type { RunRecord } from '../model/fleet.ts';
import { type EndpointReport, Report } from '../model/report.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { LatestEndpoint, LatestState, Registry } from '../ports/registry.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { emptyCounts, judgeRun } from '../verdict/run.ts';
import { type AnnouncePorts, announceChanges } from './announce.ts';
import { eachBounded } from './bounded.ts';
import { failure } from './failure.ts';
import { keepRun } from './history-store.ts';
import { latestSeen } from './latest-seen.ts';
import { openJson } from './payload.ts';
import { isNewer, type RunStart } from './run-order.ts';
import { parseStep } from './step-input.ts';
import { type PublishOutput, type ReportMade, ReportOutput } from './steps.ts';

export interface PublisherPorts {
  readonly registry: Pick<Registry, 'latest' | 'replaceLatest' | 'addRun' | 'endRun'>;
  readonly store: Pick<RunStore, 'get'>;
  readonly items: Pick<ItemStore, 'get' | 'put'>;
  /** Days that the history of an endpoint stays after its last run. */
  readonly retentionDays: number;
  readonly changes: Omit<AnnouncePorts, 'items'>;
  readonly telemetry: Telemetry;
}

/** Tries to get between two readings of a target's state; each lost try means that another run has written it. */
const MAX_TRIES = 8;

/**
 * The handler of the state `Publish`: the history and the latest state of each target, and then what changed. A run that
 * comes late, or again, never takes the place of a newer one. Throws `StoreFailed`, and `AnnouncementFailed` when all is
 * written but could not be told.
 */
export function createPublisher(ports: PublisherPorts) {
  const { registry, store, items, retentionDays, telemetry } = ports;
  return async (event: unknown, invocation: Invocation): Promise<PublishOutput> => {
    const { run, reports, verdict, finishedAt } = parseStep(ReportOutput, event);
    const log = telemetry.with({ runId: run.runId, requestId: invocation.awsRequestId });
    const targets: PublishOutput['targets'] = [];
    for (const made of reports) {
      const { endpoints } = await openJson(made.keys.json, Report, store);
      await registry.addRun({ ...historyOf(made), runId: run.runId, startedAt: run.startedAt });
      if (made.apart === true) {
        targets.push({ target: made.target, latest: 'apart' });
        continue;
      }
      await eachBounded(endpoints, (endpoint) =>
        keepRun(items, made.target, endpoint, { ...run, retentionDays }),
      );
      const latest = await writeLatest(registry, made, endpoints, run);
      targets.push({ target: made.target, latest });
    }
    await registry.endRun({ runId: run.runId, finishedAt, verdict });
    const superseded = targets.filter(({ latest }) => latest === 'superseded').length;
    log.info('run published', { targets: targets.length, superseded, verdict });
    const own = reports.filter(({ apart }) => apart !== true);
    const changes = await tellChanges(ports, own, { ...run, finishedAt }, log);
    return { published: true, targets, changes };
  };
}

/** Last of all, so that a bus that does not answer costs nothing but the telling; one target does not wait for another. */
async function tellChanges(
  { store, items, changes }: PublisherPorts,
  reports: readonly ReportMade[],
  run: RunStart & { readonly finishedAt: string },
  log: Telemetry,
): Promise<number> {
  let told = 0;
  let fault: unknown;
  for (const { target, keys } of reports)
    try {
      const reported = async () => (await openJson(keys.json, Report, store)).endpoints;
      for (const { kind, id } of await announceChanges({ ...changes, items }, target, reported, run)) {
        told += 1;
        log.info('change told', { kind, change: id });
        log.metric('Changes', 1, 'Count', { kind });
      }
    } catch (error) {
      fault ??= error;
    }
  if (fault === undefined) return told;
  const words = fault instanceof Error ? fault.message : String(fault);
  throw failure('AnnouncementFailed', `published, but not all changes could be told: ${words}`, fault);
}

const historyOf = ({ target, verdict, summary, keys }: ReportMade) => ({ target, verdict, summary, keys });

async function writeLatest(
  registry: PublisherPorts['registry'],
  { target, verdict }: ReportMade,
  endpoints: readonly EndpointReport[],
  { runId, startedAt, only }: Pick<RunRecord, 'runId' | 'startedAt' | 'only'>,
): Promise<'written' | 'superseded'> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const previous = await registry.latest(target);
    if (previous !== undefined && isNewer(previous, { runId, startedAt })) return 'superseded';
    const seen = statesOf(endpoints, previous, startedAt);
    const next =
      only === true
        ? withOthers(seen, previous, { runId, startedAt })
        : { runId, startedAt, verdict, endpoints: seen };
    if (await registry.replaceLatest(target, next, previous)) return 'written';
  }
  throw failure(
    'StoreFailed',
    `the latest state of a target changed ${MAX_TRIES} times while it was written`,
  );
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
    const since = before?.verdict === verdict ? before.since : startedAt;
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
  const counts = emptyCounts();
  for (const { verdict } of Object.values(endpoints)) counts[verdict] += 1;
  return { ...run, verdict: judgeRun(counts), endpoints };
}
