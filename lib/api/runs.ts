/** The operations on runs: start, follow, fetch, stop. */
import * as z from 'zod';
import { errorOf, follow, STOPPED, statusOf } from '../fleet/follow.ts';
import { readRequest, vouchedHosts } from '../fleet/request.ts';
import { newRunId } from '../fleet/run-id.ts';
import { seenSoFar } from '../fleet/seen.ts';
import { FleetRequest, type FleetVantage, type TargetRecord } from '../model/fleet.ts';
import { Verdict } from '../model/vocabulary.ts';
import { MAX_HOSTS } from '../ownership/call.ts';
import type { ExecutionState, Executions } from '../ports/executions.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { Registry } from '../ports/registry.ts';
import type { RunStore } from '../ports/run-store.ts';
import { quote } from '../request/quote.ts';
import type { ApiCaller } from './contract.ts';
import { type RunStatus, type runsContracts, type StartedRun, TargetRunEntry } from './contracts/runs.ts';
import { type Answer, answered, type HandlersOf, refused } from './handler.ts';
import type { RunGate } from './run-gate.ts';
import { reportAnswer } from './run-report.ts';

export interface RunsPorts {
  readonly executions: Executions;
  readonly items: Pick<ItemStore, 'get' | 'query'>;
  readonly registry: Pick<Registry, 'targets'>;
  readonly store: Pick<RunStore, 'get'>;
  readonly fleet: readonly FleetVantage[];
  readonly gate: RunGate;
  /** Epoch ms. */
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

/** What the plan and the publisher write of a run. */
const RunItem = z.object({
  requestedBy: z.string(),
  startedAt: z.string(),
  targets: z.array(z.string()),
  finishedAt: z.string().optional(),
  verdict: Verdict.optional(),
});

export function runsHandlers(ports: RunsPorts): HandlersOf<typeof runsContracts> {
  return {
    async startRun({ body: { targets: names, ...body }, caller }) {
      const records = await ports.registry.targets(names);
      const unknown = names.find((name) => !records.has(name));
      if (unknown !== undefined)
        return refused(
          'not-found',
          `no target ${quote(unknown)} is registered: see GET /targets`,
          'body.targets',
        );
      const targets = names.map((name) => ({ name }));
      return start(ports, { ...body, targets }, caller, records);
    },
    validate({ body: { target, ticket, reason, ...body }, caller }) {
      const why = `ticket ${ticket}${reason === undefined ? '' : `: ${reason}`}`;
      return start(ports, { ...body, targets: [target], vouch: { by: caller.arn, reason: why } }, caller);
    },
    async getRun({ params: { runId }, query: { detail } }) {
      const status = await runStatus(ports, runId, detail === 'endpoints');
      return status === undefined ? noRun(runId) : answered(status);
    },
    getReport: ({ params: { runId }, query }) => reportAnswer(ports, runId, query),
    async stopRun({ params: { runId }, caller }) {
      if ((await ports.executions.find(runId)) === undefined) return noRun(runId);
      await ports.executions.stop(runId, { error: STOPPED, cause: `stopped by ${caller.arn}` });
      const status = await runStatus(ports, runId, false);
      return status === undefined ? noRun(runId) : answered(status);
    },
    async listTargetRuns({ params: { name }, query: { limit } }) {
      const items = await ports.items.query(`TARGET#${name}`, { prefix: 'RUN#', newestFirst: true, limit });
      const runs = items.map((item) => TargetRunEntry.safeParse(item));
      return answered({ runs: runs.flatMap((run) => (run.success ? [run.data] : [])) });
    },
  };
}

const noRun = (runId: string) => refused('not-found', `there is no run ${quote(runId)}`, 'path.runId');

type Order = Pick<FleetRequest, 'targets' | 'only' | 'vouch' | 'vantages' | 'settings'>;

/** Step Functions takes 262 144 bytes (Quotas, "Maximum input or output size"), and puts the run's own words around it. */
const MAX_REQUEST_BYTES = 200_000;

/** The request is read here as the plan will read it, so that what is wrong with it is told at once. */
async function start(
  { executions, fleet, gate, now, randomHex }: RunsPorts,
  order: { readonly [K in keyof Order]?: Order[K] | undefined },
  { arn }: ApiCaller,
  records?: ReadonlyMap<string, TargetRecord>,
): Promise<Answer<StartedRun>> {
  const runId = newRunId(now(), randomHex);
  const given = Object.entries(order).filter(([, value]) => value !== undefined);
  const request = { runId, requestedBy: arn, ...Object.fromEntries(given) };
  const read = await readRequest(request, fleet, records);
  if (!read.ok) return refused('bad-request', read.message, 'body');
  const targets = read.value.targets.map(({ name }) => name);
  const hosts = vouchedHosts(read.value);
  if (hosts !== undefined && hosts.length > MAX_HOSTS)
    return refused(
      'bad-request',
      `${hosts.length} hosts, and a validation has at most ${MAX_HOSTS}`,
      'body.target',
    );
  if (Buffer.byteLength(JSON.stringify(request)) > MAX_REQUEST_BYTES)
    return refused(
      'too-large',
      `an order has at most ${MAX_REQUEST_BYTES} bytes: ask for less in one run`,
      'body',
    );
  const barred = await gate({ runId, requestedBy: arn, targets, ...(hosts && { hosts }) });
  if (barred !== undefined) return barred;
  if ((await executions.start(runId, request)) === 'taken')
    return refused('conflict', `the run id ${runId} is taken: ask again`);
  return answered({ runId, targets, requestedBy: arn });
}

async function runStatus(
  { executions, items, store }: RunsPorts,
  runId: string,
  withSeen: boolean,
): Promise<RunStatus | undefined> {
  const [execution, item] = await Promise.all([
    executions.find(runId),
    items.get({ pk: `RUN#${runId}`, sk: 'RUN' }),
  ]);
  const record = RunItem.safeParse(item);
  const known = record.success ? record.data : undefined;
  if (execution === undefined) return known && (await remembered(items, runId, known));
  const { step, attempt, vantages, outcomes, reports } = follow(await executions.passages(runId));
  const seen = withSeen ? await seenSoFar(outcomes, store) : undefined;
  const status = statusOf(execution);
  const error = errorOf(execution);
  return {
    runId,
    status,
    requestedBy: known?.requestedBy ?? requested(execution)?.requestedBy,
    startedAt: execution.startedAt,
    finishedAt: execution.stoppedAt,
    targets: known?.targets ?? [],
    ...(status === 'running' && { step, attempt }),
    vantages: vantages.map((one) => ({ ...one, seen: seen?.get(one.id)?.slice() })),
    verdict: known?.verdict,
    reports: reports.map(({ target, verdict, summary }) => ({ target, verdict, summary })),
    error,
  };
}

const requested = ({ input }: ExecutionState): Pick<FleetRequest, 'requestedBy'> | undefined =>
  FleetRequest.pick({ requestedBy: true }).loose().safeParse(input).data;

/** A run whose execution is forgotten (Step Functions keeps them for 90 days), from the table. */
async function remembered(
  items: RunsPorts['items'],
  runId: string,
  { targets, ...run }: z.infer<typeof RunItem>,
): Promise<RunStatus> {
  const entries = await Promise.all(
    targets.map((target) => items.get({ pk: `TARGET#${target}`, sk: `RUN#${run.startedAt}#${runId}` })),
  );
  const reports = entries.flatMap((entry, index) => {
    const made = TargetRunEntry.safeParse(entry);
    const target = targets[index] ?? '';
    return made.success ? [{ target, verdict: made.data.verdict, summary: made.data.summary }] : [];
  });
  const status = run.finishedAt === undefined ? 'failed' : 'finished';
  return { runId, ...run, status, targets, vantages: [], reports };
}
