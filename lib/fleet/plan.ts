import type { FleetRequest, FleetVantage, RunRecord, TargetRecord } from '../model/fleet.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { Registry } from '../ports/registry.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { authorise } from './authorise.ts';
import { toDispatches } from './batches.ts';
import { failure } from './failure.ts';
import { planKey } from './keys.ts';
import { countRun, type RateLimits } from './rate-limit.ts';
import {
  namesAlone,
  type ReadRequest,
  type RequestedTarget,
  readRequest,
  readTargets,
  vouchedHosts,
} from './request.ts';
import { isAskedOf, type PlannedTarget, probedEndpoints, type RunPlan, type Unprobed } from './run-plan.ts';
import { parseStep } from './step-input.ts';
import { PlanInput, type PlanOutput } from './steps.ts';
import { stoppedWords } from './stop.ts';

export interface PlannerPorts {
  readonly fleet: readonly FleetVantage[];
  readonly registry: Pick<Registry, 'targets' | 'beginRun'>;
  readonly store: RunStore;
  /** Counts of runs by target and requester. */
  readonly counts: Pick<ItemStore, 'get' | 'admit'>;
  readonly limits: RateLimits;
  readonly stop: Pick<StopSwitch, 'read'>;
  readonly telemetry: Telemetry;
}

/**
 * The handler of the state `AuthoriseAndPlan`: who asks, may the fleet probe that, and which vantage probes what. The
 * same execution gets the same plan however often it is called.
 *
 * Throws `RequestRefused`, `RateLimited`, `FleetStopped` and `RunIdTaken`, which no retry mends, and `StoreFailed`.
 */
export function createPlanner(ports: PlannerPorts) {
  const { fleet, registry, store, telemetry } = ports;
  return async (event: unknown, invocation: Invocation): Promise<PlanOutput> => {
    const { request: input, execution } = parseStep(PlanInput, event);
    const stopped = await ports.stop.read();
    if (stopped !== undefined) throw failure('FleetStopped', stoppedWords(stopped));
    const read = await readRequest(input, fleet, await registry.targets(namesAlone(input)));
    if (!read.ok) throw failure('RequestRefused', read.message);
    const { request, vantages } = read.value;
    const { runId, requestedBy } = request;
    const log = telemetry.with({ runId, requestId: invocation.awsRequestId });

    const startedAt = new Date(execution.startedAt).toISOString();
    const names = read.value.targets.map(({ name }) => name);
    const hosts = vouchedHosts(read.value);
    const limited = await countRun(
      {
        runId,
        requestedBy,
        targets: names,
        ...(hosts && { hosts }),
        at: Date.parse(startedAt),
        execution: execution.id,
      },
      ports.limits,
      ports.counts,
    );
    if (limited !== undefined) throw failure('RateLimited', limited.message);
    const records = await registry.targets(names);
    const alone = new Set(namesAlone(input));
    const targets = read.value.targets.map((target): PlannedTarget => {
      const record = records.get(target.name);
      const planned = plannedTarget(target, record, read.value, Date.parse(startedAt));
      const asRegistered = alone.has(target.name) || isAsRegistered(target, record);
      return asRegistered && !(record?.definition !== undefined && isBent(request))
        ? planned
        : { ...planned, apart: true };
    });
    const plan: RunPlan = {
      runId,
      execution: execution.id,
      requestedBy,
      ...(request.maintenance && { maintenance: request.maintenance }),
      startedAt,
      settings: read.value.settings,
      vantages: [...vantages],
      targets,
    };
    const begun = await registry.beginRun({
      runId,
      execution: execution.id,
      requestedBy,
      startedAt,
      targets: targets.map(({ name }) => name),
    });
    if (begun === 'taken')
      throw failure('RunIdTaken', `the run ${runId} belongs to another execution: choose another run id`);
    await store.put(planKey(runId), JSON.stringify(plan), 'application/json');

    const endpoints = probedEndpoints(plan);
    const wanted = vantages.map((vantage) => ({
      vantage,
      endpoints: endpoints.filter((endpoint) => isAskedOf(vantage, endpoint)),
    }));
    const dispatches = await toDispatches(plan, 1, wanted, store);
    const refused = targets.filter(({ authorisation }) => authorisation === undefined).length;
    log.info('run planned', {
      targets: targets.length,
      targetsRefused: refused,
      endpoints: endpoints.length,
      vantages: dispatches.length,
    });
    log.metric('RunsPlanned', 1, 'Count');
    const run: RunRecord = {
      runId,
      requestedBy,
      startedAt,
      planKey: planKey(runId),
      vantages: [...vantages],
      attempt: 1,
      ...(request.only !== undefined && { only: true }),
    };
    return { run, dispatches, results: [] };
  };
}

/**
 * Whether whoever vouches had it probed in another way than the fleet does by itself. Who may validate a host may not
 * thereby make a target pass or fail: pinned to another server, or seen from one vantage within 50 ms.
 */
const isBent = ({ vouch, settings = {}, vantages }: FleetRequest): boolean =>
  vouch !== undefined && (Object.keys(settings).length > 0 || vantages !== undefined);

/** Whether the words of a request mean what is registered under the name, if anything is. */
function isAsRegistered({ name, endpoints }: RequestedTarget, record: TargetRecord | undefined): boolean {
  if (record?.definition === undefined) return true;
  const registered = readTargets([{ ...record.definition, name }]);
  const words = (all: readonly object[]) => JSON.stringify(all.map((one) => JSON.stringify(one)).sort());
  return registered.ok && words(registered.value.flatMap((one) => one.endpoints)) === words(endpoints);
}

function plannedTarget(
  { name, profile, endpoints }: RequestedTarget,
  record: Parameters<typeof authorise>[1],
  { request, vantages }: ReadRequest,
  now: number,
): PlannedTarget {
  const { authorisation, unprobed } = authorise(endpoints, record, request.vouch, now);
  const refused = new Set(unprobed.map(({ endpointId }) => endpointId));
  const unasked: Unprobed[] = endpoints
    .filter(({ id }) => !refused.has(id))
    .filter((endpoint) => !vantages.some((vantage) => isAskedOf(vantage, endpoint)))
    .map(({ id, port }) => ({
      endpointId: id,
      cause: 'prober.egress-blocked',
      summary: `${id} was not probed: AWS lets nothing out on port ${port} but from a vantage for which it has lifted that, and this run has none.`,
    }));
  return {
    name,
    ...(profile !== undefined && { profile }),
    ...(authorisation && { authorisation }),
    endpoints: [...endpoints],
    unprobed: [...unprobed, ...unasked],
  };
}
