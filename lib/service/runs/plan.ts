import { storedText } from '../../kinds/contract/fault.ts';
import { runSentence } from '../../kinds/run-causes/messages.ts';
import type { FleetVantage } from '../../model/fleet-vantage.ts';
import { isoTime } from '../../net/clock.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { beginRun } from '../state/runs.ts';
import type { TargetRecord } from '../state/target-record.ts';
import { targetsNamed } from '../state/targets.ts';
import { type RequestedTarget, readTargets } from '../targets/read-targets.ts';
import { hasIpv6Alone, isAskedOf, isMailPort } from './asked.ts';
import { authorise } from './authorise.ts';
import { toDispatches } from './batches.ts';
import { failure, isFailure, PLAN_REFUSALS } from './failure.ts';
import { fleetNow, type ListSites } from './fleet-now.ts';
import type { FindIpv6, Ipv6Hosts } from './ipv6-hosts.ts';
import { planKey } from './keys.ts';
import { countedOwnership } from './listener-ownership.ts';
import type { Dispatch, FleetRequest, RunRecord } from './messages.ts';
import { countRun, type RateLimits } from './rate-limit.ts';
import type { ReflectorsOf } from './reflectors.ts';
import {
  parseRequest,
  type ReadRequest,
  readRequest,
  registeredNames,
  vouchedHosts,
  withLookUps,
} from './request.ts';
import { type PlannedTarget, probedEndpoints, type RunPlan, type Unprobed } from './run-plan.ts';
import { parseStep } from './step-input.ts';
import { PlanInput, type PlanOutput } from './steps.ts';
import { stoppedWords } from './stop.ts';

export interface PlannerPorts {
  readonly fleet: readonly FleetVantage[];
  readonly sites?: ListSites;
  readonly items: Pick<ItemStore, 'getAll' | 'put' | 'admit' | 'admitted'>;
  readonly store: RunStore;
  /** Days that a run is kept. */
  readonly retentionDays: number;
  readonly limits: RateLimits;
  readonly stop: Pick<StopSwitch, 'read'>;
  /** Asked where a vantage has IPv6 alone. */
  readonly findIpv6: FindIpv6;
  readonly telemetry: Telemetry;
  /** Absent: no vantage is told its address. */
  readonly reflectors?: ReflectorsOf;
}

/**
 * The handler of the state `AuthoriseAndPlan`: who asks, may the fleet probe that, and which vantage probes what. The
 * same execution gets the same plan however often it is called.
 *
 * Throws `RequestRefused`, `RateLimited`, `FleetStopped` and `RunIdTaken`, which no retry fixes, and `StoreFailed`.
 */
export function createPlanner(ports: PlannerPorts) {
  const { items, store, telemetry } = ports;
  const plan = async (event: unknown, invocation: Invocation): Promise<PlanOutput> => {
    const { request: input, execution } = parseStep(PlanInput, event);
    const stopped = await ports.stop.read();
    if (stopped !== undefined) throw failure('FleetStopped', stoppedWords(stopped));
    const shape = parseRequest(input);
    if (!shape.ok) throw failure('RequestRefused', shape.message);
    const alone = new Set(registeredNames(shape.value));
    const registered = await targetsNamed(items, [...alone]);
    const read = await readRequest(shape.value, await fleetNow(ports), registered);
    if (!read.ok) throw failure('RequestRefused', read.message);
    const { request, vantages } = read.value;
    const { runId, requestedBy } = request;
    const log = telemetry.with({ runId, requestId: invocation.awsRequestId });

    const startedAt = isoTime(Date.parse(execution.startedAt));
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
      items,
    );
    if (limited !== undefined) throw failure('RateLimited', limited.message);
    // A target without a name of its own has one only now.
    const others = names.filter((name) => !alone.has(name));
    const records = new Map([...registered, ...(await targetsNamed(items, others))]);
    const authorised = read.value.targets.map((target): PlannedTarget => {
      const record = records.get(target.name);
      const planned = plannedTarget(target, record, read.value, Date.parse(startedAt));
      // A person who registers a name must not find results of other people's runs there.
      if (record === undefined) return { ...planned, apart: true };
      const asRegistered = alone.has(target.name) || isAsRegistered(target, record, read.value);
      const others =
        request.withListener === true || (record.definition !== undefined && overridesProbing(request));
      return asRegistered && !others ? planned : { ...planned, apart: true };
    });
    const ipv6 = vantages.some(hasIpv6Alone)
      ? await ports.findIpv6(probedEndpoints({ targets: authorised }), read.value.settings)
      : undefined;
    for (const { host, why } of ipv6?.unknown ?? [])
      log.warn('not known whether a host has IPv6', { host, reason: why });
    const targets =
      ipv6 === undefined ? authorised : authorised.map((one) => withoutIpv6(one, vantages, ipv6));
    const made: RunPlan = {
      runId,
      execution: execution.id,
      requestedBy,
      ...(request.maintenance && { maintenance: request.maintenance }),
      startedAt,
      settings: read.value.settings,
      vantages: [...vantages],
      targets,
      ...(ipv6 && { ipv6 }),
      ...(request.withListener && { withListener: true }),
    };
    const begun = await beginRun(
      items,
      {
        runId,
        execution: execution.id,
        requestedBy,
        startedAt,
        targets: targets.map(({ name }) => name),
      },
      ports.retentionDays,
    );
    if (begun === 'taken')
      throw failure('RunIdTaken', `the run ${runId} belongs to another execution: choose another run id`);
    await store.put(planKey(runId), JSON.stringify(made), 'application/json');

    const endpoints = probedEndpoints(made);
    const wanted = vantages.map((vantage) => ({
      vantage,
      endpoints: endpoints.filter((endpoint) => isAskedOf(vantage, endpoint, ipv6)),
    }));
    const dispatches = await Promise.all(
      (await toDispatches(made, 1, wanted, store)).map((one) => withReflectors(one, ports, log)),
    );
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
  return (event: unknown, invocation: Invocation): Promise<PlanOutput> =>
    plan(event, invocation).catch((error: unknown) => {
      // For an alarm: Lambda counts what the plan refuses as its errors, too.
      if (!PLAN_REFUSALS.some((name) => isFailure(error, name))) telemetry.metric('PlanFaults', 1, 'Count');
      throw error;
    });
}

/** Without whom to ask, the run is made all the same. */
async function withReflectors(
  dispatch: Dispatch,
  { reflectors }: PlannerPorts,
  log: Telemetry,
): Promise<Dispatch> {
  try {
    const asks = await reflectors?.(dispatch.vantage);
    return asks === undefined || asks.length === 0 ? dispatch : { ...dispatch, reflectors: asks };
  } catch (error) {
    if (!isFailure(error, 'StoreFailed')) throw error;
    log.warn('source address stays unknown', { vantage: dispatch.vantage.id, error: error.message });
    return dispatch;
  }
}

/**
 * Whether the person who vouches asked for other settings than the fleet's own. A person who may validate a host may not
 * thereby make a target pass or fail: pinned to another server, or seen from one vantage within 50 ms.
 */
const overridesProbing = ({ vouch, settings = {}, vantages }: FleetRequest): boolean =>
  vouch !== undefined && (Object.keys(settings).length > 0 || vantages !== undefined);

/** Whether the words of a request mean what is registered under the name. */
function isAsRegistered(
  { name, endpoints }: RequestedTarget,
  record: TargetRecord,
  { settings }: ReadRequest,
): boolean {
  if (record.definition === undefined) return true;
  const registered = readTargets([{ ...record.definition, name }]);
  const words = (all: readonly object[]) => JSON.stringify(all.map((one) => JSON.stringify(one)).sort());
  return (
    registered.ok &&
    words(withLookUps(registered.value, settings).flatMap((one) => one.endpoints)) === words(endpoints)
  );
}

/** Endpoints that only vantages with IPv6 would be asked about, and that have none. */
function withoutIpv6(
  target: PlannedTarget,
  vantages: readonly FleetVantage[],
  ipv6: Ipv6Hosts,
): PlannedTarget {
  const left = new Set(target.unprobed.map(({ endpointId }) => endpointId));
  const unasked = target.endpoints
    .filter(({ id }) => !left.has(id))
    .filter((endpoint) => !vantages.some((vantage) => isAskedOf(vantage, endpoint, ipv6)))
    .map(
      ({ id, host }): Unprobed => ({
        endpointId: id,
        cause: 'prober.unavailable',
        ...storedText(runSentence.noIpv6ToJudge({ endpoint: id, host })),
      }),
    );
  return { ...target, unprobed: [...target.unprobed, ...unasked] };
}

function plannedTarget(
  { name, profile, endpoints }: RequestedTarget,
  record: Parameters<typeof authorise>[1],
  { request, vantages }: ReadRequest,
  now: number,
): PlannedTarget {
  const { authorisation, unprobed, onlyAt } = authorise(
    endpoints,
    record,
    request.vouch,
    now,
    countedOwnership(request.ownListeners, { runId: request.runId, startedAt: now }),
  );
  const refused = new Set(unprobed.map(({ endpointId }) => endpointId));
  const unasked: Unprobed[] = endpoints
    .filter(({ id }) => !refused.has(id))
    .filter((endpoint) => isMailPort(endpoint) && !vantages.some(({ smtp }) => smtp))
    .map(({ id, port }) => ({
      endpointId: id,
      cause: 'prober.egress-blocked',
      ...storedText(runSentence.noVantageForPort({ endpoint: id, port })),
    }));
  return {
    name,
    ...(profile !== undefined && { profile }),
    ...(authorisation && { authorisation }),
    endpoints: [...endpoints],
    unprobed: [...unprobed, ...unasked],
    ...(onlyAt && { onlyAt }),
  };
}
