/** The handlers of the API on the station's ports. What has no home here yet is refused, and says so. */
import { randomBytes } from 'node:crypto';
import type { OwnCondition } from '../../model/own-condition.ts';
import type { Seal } from '../../report/signature/signature.ts';
import { alertsHandlers } from '../../service/api/alerts.ts';
import { fleetHandlers } from '../../service/api/fleet.ts';
import { answered, refused } from '../../service/api/handler.ts';
import { historyHandlers } from '../../service/api/history.ts';
import { metricsHandlers } from '../../service/api/metrics.ts';
import type { AllHandlers } from '../../service/api/operations.ts';
import { createRunGate } from '../../service/api/run-gate.ts';
import { runsHandlers } from '../../service/api/runs.ts';
import { schedulesHandlers } from '../../service/api/schedules.ts';
import { targetsHandlers } from '../../service/api/targets.ts';
import { vantagesHandlers } from '../../service/api/vantages.ts';
import type { ItemStore } from '../../service/ports/item-store.ts';
import type { AskListeners } from '../../service/ports/listener-asker.ts';
import type { ListenerSecrets } from '../../service/ports/listener-secrets.ts';
import type { ProveOwnership } from '../../service/ports/ownership.ts';
import type { RunStore } from '../../service/ports/run-store.ts';
import type { Scheduler } from '../../service/ports/scheduler.ts';
import type { StopSwitch } from '../../service/ports/stop-switch.ts';
import type { Telemetry } from '../../service/ports/telemetry.ts';
import type { TryWebhook } from '../../service/ports/webhook-trial.ts';
import type { ListSites } from '../../service/runs/fleet-now.ts';
import type { RateLimits } from '../../service/runs/rate-limit.ts';
import type { SeeEarly } from '../../service/runs/seen.ts';
import { type StationLinks, stationSharesHandlers } from './links/share-handlers.ts';
import { LOCAL_VANTAGE } from './runs/local-vantage.ts';
import { type Machine, MOST_WAITING } from './runs/machine.ts';

export interface HandlerPorts {
  readonly items: ItemStore;
  readonly store: RunStore;
  readonly machine: Machine;
  readonly stop: StopSwitch;
  readonly seal: () => Promise<Seal>;
  readonly limits: RateLimits;
  readonly retentionDays: number;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly prove: ProveOwnership;
  readonly scheduler: Scheduler;
  /** What was wrong with the station itself lately. */
  readonly conditions: () => readonly OwnCondition[];
  readonly tryWebhook: TryWebhook;
  /** Absent: there are none, as others can't reach the station. */
  readonly links?: StationLinks | undefined;
  readonly listenerSecrets: ListenerSecrets;
  readonly askListeners: AskListeners;
  readonly sites: ListSites;
  readonly seeEarly: SeeEarly;
  /** Called when an alert was acknowledged. */
  readonly acknowledged: () => void;
}

export function stationHandlers(ports: HandlerPorts): AllHandlers {
  const { items, machine, limits, now } = ports;
  const shared = {
    ...ports,
    executions: machine,
    fleet: [LOCAL_VANTAGE],
    randomHex: (bytes: number) => randomBytes(bytes).toString('hex'),
  };
  const mayStart = createRunGate({ stop: ports.stop, items, limits, now });
  return {
    targets: vouchedTargets(targetsHandlers(shared)),
    fleet: fleetHandlers({ ...shared, running: machine }),
    runs: runsHandlers({
      ...shared,
      gate: async (run) =>
        machine.waiting() >= MOST_WAITING
          ? refused('rate-limited', `${MOST_WAITING} runs wait already: try again in a minute`)
          : mayStart(run),
    }),
    shares: stationSharesHandlers(shared, ports.links),
    alerts: alertsHandlers(shared),
    history: historyHandlers(shared),
    metrics: metricsHandlers(shared),
    schedules: schedulesHandlers(shared),
    vantages: vantagesHandlers(shared),
  };
}

/** Of a target that an operator registers here, that operator answers for its hosts: on record, and in its reports. */
const VOUCHED = 'registered by an operator of this station';

function vouchedTargets(targets: AllHandlers['targets']): AllHandlers['targets'] {
  return {
    ...targets,
    async putTarget(call) {
      const put = await targets.putTarget(call);
      if (!put.ok || put.value.target.hosts.every(({ authorisation }) => authorisation !== undefined))
        return put;
      const { params, caller } = call;
      const body = { reason: VOUCHED };
      const vouched = await targets.vouchForTarget({ params, query: undefined, body, caller });
      return vouched.ok ? answered({ ...put.value, target: vouched.value }) : vouched;
    },
  };
}
