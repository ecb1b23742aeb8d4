/** The operations on the fleet as a whole: its state, and the kill switch. */

import type { FleetVantage } from '../../model/fleet-vantage.ts';
import type { OwnCondition } from '../../model/own-condition.ts';
import type { StopNotice } from '../../model/stop-notice.ts';
import { isoTime } from '../../net/clock.ts';
import type { Seal } from '../../report/signature/signature.ts';
import type { FleetStatus, fleetContracts } from '../contracts/fleet.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunningExecutions, ShortExecution } from '../ports/running-executions.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import { fleetNow, type ListSites } from '../runs/fleet-now.ts';
import { fleetSources } from '../runs/fleet-sources.ts';
import { PAYLOAD_VERSION } from '../runs/payload-version.ts';
import { stoppedWords } from '../runs/stop.ts';
import { answered, type HandlersOf } from './handler.ts';

export interface FleetPorts {
  readonly stop: StopSwitch;
  readonly running: RunningExecutions;
  readonly fleet: readonly FleetVantage[];
  readonly sites?: ListSites;
  readonly items: Pick<ItemStore, 'query'>;
  /** What signs the reports. Rejects when the key can't be reached. */
  readonly seal: () => Promise<Pick<Seal, 'keyId'>>;
  /** What was wrong with the machine that checks; newest first. Absent: others say it. */
  readonly conditions?: () => readonly OwnCondition[];
  /** Epoch ms. */
  readonly now: () => number;
}

const SHOWN_RUNS = 10;
/** API Gateway waits 30 s; executions that are not stopped by then end at their next step, because the fleet is stopped. */
const STOP_WITHIN_MS = 20_000;

export function fleetHandlers({
  stop,
  running,
  fleet,
  sites,
  items,
  seal,
  conditions,
  now,
}: FleetPorts): HandlersOf<typeof fleetContracts> {
  const all = () => fleetNow({ fleet, ...(sites && { sites }) });
  return {
    async getFleet() {
      const [stopped, runs, vantages, key] = await Promise.all([
        stop.read(),
        running.recent(SHOWN_RUNS),
        all(),
        seal().catch(() => undefined),
      ]);
      const own = conditions?.() ?? [];
      return answered({
        ...(key && { signingKey: key.keyId }),
        ...(stopped && { stopped }),
        ...(own.length > 0 && { conditions: [...own] }),
        vantages: vantages.map(({ id, region, kind, position, sourceAddress, smtp, families }) => ({
          id,
          region,
          kind,
          smtp,
          ...(position !== undefined && { position }),
          ...(sourceAddress !== undefined && { sourceAddress }),
          ...(families !== undefined && { families }),
        })),
        payloadVersion: PAYLOAD_VERSION,
        runs: runs.map((run) => ({ ...run, status: STATUS[run.status] })),
      });
    },
    async getSources() {
      return answered(await fleetSources(items, await all(), now()));
    },
    async getStop() {
      const stopped = await stop.read();
      return answered({ ...(stopped && { stopped }) });
    },
    async stopFleet({ body: { reason }, caller }) {
      const stopped: StopNotice = { by: caller.arn, at: isoTime(now()), reason };
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
