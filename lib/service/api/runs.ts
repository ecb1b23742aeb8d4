/** The operations on runs: start, follow, fetch, stop. */
import * as z from 'zod';
import { quote } from '../../input/request/quote.ts';
import type { FleetVantage } from '../../model/fleet-vantage.ts';
import type { ListenerSecret } from '../../model/listener-secret.ts';
import type { ApiCaller } from '../contracts/contract.ts';
import type { RunStatus, runsContracts, StartedRun } from '../contracts/runs.ts';
import { MAX_HOSTS } from '../ownership/input.ts';
import type { ExecutionState, Executions } from '../ports/executions.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { AskListeners } from '../ports/listener-asker.ts';
import type { ListenerSecrets } from '../ports/listener-secrets.ts';
import { fleetNow, type ListSites } from '../runs/fleet-now.ts';
import { FleetRequest } from '../runs/messages.ts';
import { ownListeners } from '../runs/own-listeners.ts';
import { parseRequest, REROUTING, readRequest, vouchedHosts } from '../runs/request.ts';
import { newRunId } from '../runs/run-id.ts';
import { errorOf, progressOf, STOPPED, statusOf } from '../runs/run-progress.ts';
import { plannedEndpoints, plannedVantages, planSoFar, type SeeEarly, seenSoFar } from '../runs/seen.ts';
import { listRunReports, type RunItem, readRun } from '../state/runs.ts';
import type { TargetRecord } from '../state/target-record.ts';
import { listTargetRuns, readTargetRun } from '../state/target-runs.ts';
import { targetsNamed } from '../state/targets.ts';
import { type Answer, answered, type HandlersOf, refused } from './handler.ts';
import { joinListener } from './join-listener.ts';
import type { JoinPorts } from './joined-report.ts';
import { readBackRun } from './read-back.ts';
import type { RunGate } from './run-gate.ts';
import { joinedReportAnswer, redactionAnswer, reportAnswer } from './run-report.ts';
import { reasonOf, validatedOf } from './validated.ts';

export interface RunsPorts extends JoinPorts {
  readonly executions: Executions;
  readonly items: Pick<ItemStore, 'get' | 'getAll' | 'put' | 'query'>;
  readonly fleet: readonly FleetVantage[];
  readonly sites?: ListSites;
  readonly seeEarly: SeeEarly;
  readonly gate: RunGate;
  readonly listenerSecrets: Pick<ListenerSecrets, 'put'>;
  readonly askListeners: AskListeners;
  readonly randomHex: (bytes: number) => string;
}

export function runsHandlers(ports: RunsPorts): HandlersOf<typeof runsContracts> {
  return {
    async startRun({ body: { targets: names, ...body }, caller }) {
      const records = await targetsNamed(ports.items, names);
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
    async validate({ body: { target, ticket, reason, ...body }, caller }) {
      // Support validates what the internet sees: they may not choose the address of a name.
      const pinned = REROUTING.find((name) => body.settings?.[name] !== undefined);
      if (pinned !== undefined)
        return refused(
          'bad-request',
          `settings.${pinned}: a validation goes where the name leads; leave it away`,
          `body.settings.${pinned}`,
        );
      return start(
        ports,
        { ...body, targets: [target], vouch: { by: caller.principal, reason: reasonOf(ticket, reason) } },
        caller,
      );
    },
    async getRun({ params: { runId }, query: { detail } }) {
      const status = await runStatus(ports, runId, detail === 'endpoints');
      return status === undefined ? noRun(runId) : answered(status);
    },
    getReport: ({ params: { runId }, query }) => reportAnswer(ports, runId, query),
    getRedaction: ({ params: { runId }, query }) => redactionAnswer(ports, runId, query),
    joinListener: ({ params: { runId }, body, caller }) => joinListener(ports, runId, body, caller),
    readBackRun: ({ params: { runId }, body, caller }) => readBackRun(ports, runId, body, caller),
    getJoinedReport: ({ params: { runId }, query }) => joinedReportAnswer(ports, runId, query),
    async stopRun({ params: { runId }, caller }) {
      if ((await ports.executions.find(runId)) === undefined) return noRun(runId);
      await ports.executions.stop(runId, { error: STOPPED, cause: `stopped by ${caller.arn}` });
      const status = await runStatus(ports, runId, false);
      return status === undefined ? noRun(runId) : answered(status);
    },
    async listTargetRuns({ params: { name }, query: { limit } }) {
      const runs = await listTargetRuns(ports.items, name, limit);
      return answered({ runs: runs.map(({ keys: _keys, times: _times, ...run }) => run) });
    },
  };
}

const noRun = (runId: string) => refused('not-found', `there is no run ${quote(runId)}`, 'path.runId');

type Order = Pick<FleetRequest, 'targets' | 'only' | 'vouch' | 'vantages' | 'settings'> & {
  readonly listener?: ListenerSecret;
};

/** Step Functions takes 262 144 bytes (Quotas, "Maximum input or output size"), and puts the run's own words around it. */
const MAX_REQUEST_BYTES = 200_000;

/** The request is read here as the plan will read it, so that what is wrong with it is reported immediately. */
async function start(
  { executions, fleet, sites, gate, listenerSecrets, askListeners, now, randomHex }: RunsPorts,
  { listener, ...order }: { readonly [K in keyof Order]?: Order[K] | undefined },
  { principal: requestedBy }: ApiCaller,
  records: ReadonlyMap<string, TargetRecord> = new Map(),
): Promise<Answer<StartedRun>> {
  const runId = newRunId(now(), randomHex);
  const given = Object.entries(order).filter(([, value]) => value !== undefined);
  const request = {
    runId,
    requestedBy,
    ...Object.fromEntries(given),
    ...(listener !== undefined && { withListener: true }),
  };
  const shape = parseRequest(request);
  const all = await fleetNow({ fleet, ...(sites && { sites }) });
  const read = shape.ok ? await readRequest(shape.value, all, records) : shape;
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
  const barred = await gate({ runId, requestedBy, targets, ...(hosts && { hosts }) });
  if (barred !== undefined) return barred;
  // Not part of the request, which is on record for as long as the run.
  if (listener !== undefined) await listenerSecrets.put(runId, listener);
  // Who vouches has said enough. Asked by nobody who may not run, and counted as the run that follows in any case.
  const own =
    listener === undefined || order.vouch !== undefined
      ? undefined
      : await ownListeners(
          { runId, targets: read.value.targets, records, secret: listener },
          { askListeners, now, randomHex },
        );
  if ((await executions.start(runId, { ...request, ...(own && { ownListeners: own }) })) === 'taken')
    return refused('conflict', `the run id ${runId} is taken: ask again`);
  const { leftOut } = read.value;
  return answered({ runId, targets, requestedBy, ...(leftOut.length > 0 && { leftOut: [...leftOut] }) });
}

async function runStatus(
  { executions, items, store, seeEarly }: RunsPorts,
  runId: string,
  withSeen: boolean,
): Promise<RunStatus | undefined> {
  const [execution, known] = await Promise.all([executions.find(runId), readRun(items, runId)]);
  if (execution === undefined) return known && (await remembered(items, known));
  const progress = progressOf(await executions.passages(runId));
  const { step, attempt, vantages, reports } = progress;
  const plan = withSeen ? await planSoFar(runId, store) : undefined;
  const seen = withSeen ? await seenSoFar(plan, progress, { store, seeEarly }) : undefined;
  const status = statusOf(execution);
  const error = errorOf(execution);
  const validated = validatedOf(execution.input);
  return {
    runId,
    status,
    requestedBy: known?.requestedBy ?? requested(execution)?.requestedBy,
    startedAt: execution.startedAt,
    finishedAt: execution.stoppedAt,
    targets: known?.targets ?? namesOf(execution),
    ...(validated && { validated }),
    ...(status === 'running' && { step, attempt }),
    vantages: vantages.map((one) => ({ ...one, seen: seen?.get(one.id)?.slice() })),
    ...(plan !== undefined && {
      planned: plannedEndpoints(plan),
      plannedVantages: plannedVantages(plan),
    }),
    verdict: known?.verdict,
    reports: reports.map(({ target, verdict, summary }) => ({ target, verdict, summary })),
    error,
  };
}

const requested = ({ input }: ExecutionState): Pick<FleetRequest, 'requestedBy'> | undefined =>
  FleetRequest.pick({ requestedBy: true }).loose().safeParse(input).data;

/** Until the plan is made the request says what is checked. */
function namesOf({ input }: ExecutionState): string[] {
  const { data } = Named.safeParse(input);
  return data?.targets.map(({ name }) => name) ?? [];
}

const Named = z.object({ targets: z.array(z.object({ name: z.string() })) });

/** A run whose execution is forgotten (Step Functions keeps them for 90 days), from the table. */
async function remembered(
  items: RunsPorts['items'],
  { runId, requestedBy, startedAt, finishedAt, verdict, targets }: RunItem,
): Promise<RunStatus> {
  const [apart, ...made] = await Promise.all([
    listRunReports(items, runId),
    ...targets.map((target) => readTargetRun(items, target, { runId, startedAt })),
  ]);
  return {
    runId,
    requestedBy,
    startedAt,
    finishedAt,
    verdict,
    status: finishedAt === undefined ? 'failed' : 'finished',
    targets,
    vantages: [],
    reports: targets.flatMap((target, index) => {
      const one = made[index] ?? apart.find((report) => report.target === target);
      return one === undefined ? [] : [{ target, verdict: one.verdict, summary: one.summary }];
    }),
  };
}
