import { type EndpointReport, Report } from '../model/report.ts';
import type { LatestEndpoint, LatestState, Registry } from '../ports/registry.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { failure } from './failure.ts';
import { openJson } from './payload.ts';
import { parseStep } from './step-input.ts';
import { type PublishOutput, type ReportMade, ReportOutput } from './steps.ts';

export interface PublisherPorts {
  readonly registry: Pick<Registry, 'latest' | 'replaceLatest' | 'addRun' | 'endRun'>;
  readonly store: Pick<RunStore, 'get'>;
  readonly telemetry: Telemetry;
}

/** Tries to get between two readings of a target's state; each lost try means that another run has written it. */
const MAX_TRIES = 8;

/**
 * The handler of the state `Publish`: the history and the latest state of each target. A run that comes late, or again,
 * never takes the place of a newer one.
 */
export function createPublisher({ registry, store, telemetry }: PublisherPorts) {
  return async (event: unknown, invocation: Invocation): Promise<PublishOutput> => {
    const { run, reports, verdict, finishedAt } = parseStep(ReportOutput, event);
    const log = telemetry.with({ runId: run.runId, requestId: invocation.awsRequestId });
    const targets: PublishOutput['targets'] = [];
    for (const made of reports) {
      const { endpoints } = await openJson(made.keys.json, Report, store);
      await registry.addRun({ ...historyOf(made), runId: run.runId, startedAt: run.startedAt });
      const latest = await writeLatest(registry, made, endpoints, run);
      targets.push({ target: made.target, latest });
    }
    await registry.endRun({ runId: run.runId, finishedAt, verdict });
    const superseded = targets.filter(({ latest }) => latest === 'superseded').length;
    log.info('run published', { targets: targets.length, superseded, verdict });
    return { published: true, targets };
  };
}

const historyOf = ({ target, verdict, summary, keys }: ReportMade) => ({ target, verdict, summary, keys });

type Run = Pick<LatestState, 'runId' | 'startedAt'>;

/** Later by start; of two that started in the same millisecond, by id, so that all agree on one. */
const isNewer = (a: Run, b: Run): boolean =>
  a.startedAt === b.startedAt ? a.runId > b.runId : a.startedAt > b.startedAt;

async function writeLatest(
  registry: PublisherPorts['registry'],
  { target, verdict }: ReportMade,
  endpoints: readonly EndpointReport[],
  { runId, startedAt }: Run,
): Promise<'written' | 'superseded'> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const previous = await registry.latest(target);
    if (previous !== undefined && isNewer(previous, { runId, startedAt })) return 'superseded';
    const next = { runId, startedAt, verdict, endpoints: statesOf(endpoints, previous, startedAt) };
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
  const states = endpoints.map(({ id, verdict, cause }): [string, LatestEndpoint] => {
    const before = previous?.endpoints[id];
    const since = before?.verdict === verdict ? before.since : startedAt;
    return [id, { verdict, ...(cause !== undefined && { cause }), since }];
  });
  return Object.fromEntries(states);
}
