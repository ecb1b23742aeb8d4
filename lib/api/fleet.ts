/** The operations on the fleet as a whole: its state, and the kill switch. */
import { stoppedWords } from '../fleet/stop.ts';
import type { FleetVantage, StopNotice } from '../model/fleet.ts';
import type { RunningExecutions, ShortExecution } from '../ports/running-executions.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import type { FleetStatus, fleetContracts } from './contracts/fleet.ts';
import { answered, type HandlersOf } from './handler.ts';

export interface FleetPorts {
  readonly stop: StopSwitch;
  readonly running: RunningExecutions;
  readonly fleet: readonly FleetVantage[];
  /** Epoch ms. */
  readonly now: () => number;
}

const SHOWN_RUNS = 10;
/** API Gateway waits 30 s; what is not stopped by then finds the fleet stopped at its next step. */
const STOP_WITHIN_MS = 20_000;

export function fleetHandlers({ stop, running, fleet, now }: FleetPorts): HandlersOf<typeof fleetContracts> {
  return {
    async getFleet() {
      const [stopped, runs] = await Promise.all([stop.read(), running.recent(SHOWN_RUNS)]);
      return answered({
        ...(stopped && { stopped }),
        vantages: fleet.map(({ id, region, kind, sourceAddress, smtp }) => ({
          id,
          region,
          kind,
          smtp,
          ...(sourceAddress !== undefined && { sourceAddress }),
        })),
        runs: runs.map((run) => ({ ...run, status: STATUS[run.status] })),
      });
    },
    async getStop() {
      const stopped = await stop.read();
      return answered({ ...(stopped && { stopped }) });
    },
    async stopFleet({ body: { reason }, caller }) {
      const stopped: StopNotice = { by: caller.arn, at: new Date(now()).toISOString(), reason };
      // First the switch, so that nothing begins while the rest is being stopped.
      await stop.set(stopped);
      const { stopped: ended, left } = await running.stopAll(
        { error: 'FleetStopped', cause: stoppedWords(stopped) },
        STOP_WITHIN_MS,
      );
      return answered({ stopped, ended, left });
    },
    async resumeFleet() {
      const was = await stop.read();
      await stop.clear();
      return answered({ ...(was && { was }) });
    },
  };
}

const STATUS = {
  RUNNING: 'running',
  SUCCEEDED: 'finished',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  ABORTED: 'stopped',
} as const satisfies Record<ShortExecution['status'], FleetStatus['runs'][number]['status']>;
