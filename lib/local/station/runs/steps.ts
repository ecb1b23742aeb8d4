/** The steps of a run, as the functions of a fleet are made of them, on the station's own ports. */
import type { VantageResult } from '../../../engine/vantage-result.ts';
import type { Seal } from '../../../report/signature/signature.ts';
import type { PublishEvents } from '../../../service/ports/events.ts';
import type { ItemStore } from '../../../service/ports/item-store.ts';
import type { ListenerSecrets } from '../../../service/ports/listener-secrets.ts';
import type { RunStore } from '../../../service/ports/run-store.ts';
import type { StopSwitch } from '../../../service/ports/stop-switch.ts';
import type { Invocation, Telemetry } from '../../../service/ports/telemetry.ts';
import { createDispatcher } from '../../../service/runs/dispatch.ts';
import type { EarlyResults } from '../../../service/runs/early-results.ts';
import type { ListSites } from '../../../service/runs/fleet-now.ts';
import { findIpv6Hosts } from '../../../service/runs/ipv6-hosts.ts';
import { createJudge } from '../../../service/runs/judge.ts';
import { DISPATCHER_TIMEOUT_S } from '../../../service/runs/limits.ts';
import { Dispatch } from '../../../service/runs/messages.ts';
import { createPlanner } from '../../../service/runs/plan.ts';
import { createPublisher } from '../../../service/runs/publish.ts';
import type { RateLimits } from '../../../service/runs/rate-limit.ts';
import { createReporter } from '../../../service/runs/report.ts';
import type {
  AttemptOutcome,
  JudgeOutput,
  PlanOutput,
  PublishOutput,
  ReportOutput,
} from '../../../service/runs/steps.ts';
import { createMaintenanceCheck } from '../../../service/schedule/maintenance.ts';
import { createLocalInvoker, LOCAL_VANTAGE } from './local-vantage.ts';

export interface StepPorts {
  readonly items: ItemStore;
  readonly store: RunStore;
  readonly stop: StopSwitch;
  readonly limits: RateLimits;
  readonly retentionDays: number;
  readonly seal: () => Promise<Seal>;
  readonly announce: PublishEvents;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly allowPrivate: boolean;
  readonly listenerSecrets: ListenerSecrets;
  /** What came of batches that were not answered; absent: nothing. */
  readonly early?: Pick<EarlyResults, 'read'>;
  /** Vantages that have joined, and where runs wait for them; absent: there are none. */
  readonly sites?: ListSites;
  readonly waits?: {
    readonly ask: (dispatch: Dispatch, signal: AbortSignal) => Promise<AttemptOutcome>;
  };
}

/** Each gets what the one before gave, as JSON. */
export interface RunSteps {
  plan(input: unknown): Promise<PlanOutput>;
  dispatch(
    input: unknown,
    run: {
      readonly signal: AbortSignal;
      readonly measured: (attempt: number, result: VantageResult) => void;
    },
  ): Promise<AttemptOutcome>;
  judge(input: unknown): Promise<JudgeOutput>;
  report(input: unknown): Promise<ReportOutput>;
  publish(input: unknown): Promise<PublishOutput>;
}

/** How the station is named where a fleet has its name. */
export const STATION = 'station';

export function createRunSteps(ports: StepPorts): RunSteps {
  const { items, store, stop, telemetry, retentionDays, allowPrivate } = ports;
  const plan = createPlanner({
    fleet: [LOCAL_VANTAGE],
    ...(ports.sites && { sites: ports.sites }),
    items,
    store,
    retentionDays,
    limits: ports.limits,
    stop,
    findIpv6: findIpv6Hosts,
    telemetry,
  });
  const judge = createJudge({ store, telemetry, ...(ports.early && { early: ports.early }) });
  const report = createReporter({ store, items, telemetry, now: ports.now, seal: ports.seal });
  const publish = createPublisher({
    store,
    items,
    retentionDays,
    changes: { fleet: STATION, send: ports.announce, inMaintenance: createMaintenanceCheck(items) },
    telemetry,
    now: ports.now,
  });
  return {
    plan: (input) => plan(input, invocation),
    dispatch(input, { signal, measured }) {
      const asked = Dispatch.safeParse(input).data;
      if (asked?.vantage.kind === 'site' && ports.waits) return ports.waits.ask(asked, signal);
      const requestId = invocation.awsRequestId;
      const invoke = createLocalInvoker({ allowPrivate, telemetry, signal, measured, requestId });
      // The prober is told of a stop in this process, so there is no address to ask.
      const dispatch = createDispatcher({
        invoke,
        store,
        stop,
        stopUrl: async () => '',
        listenerSecrets: ports.listenerSecrets,
        telemetry,
      });
      return dispatch(input, invocation);
    },
    judge: (input) => judge(input, invocation),
    report: (input) => report(input, invocation),
    publish: (input) => publish(input, invocation),
  };
}

/** No function's time runs out here: a batch has its own budget. */
const invocation: Invocation = {
  awsRequestId: STATION,
  getRemainingTimeInMillis: () => DISPATCHER_TIMEOUT_S * 1_000,
};
