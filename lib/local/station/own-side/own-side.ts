/** What is the station's own fault, and no target's: its way to the internet, and its data. */
import type { PublishEvents } from '../../../service/ports/events.ts';
import type { ItemStore } from '../../../service/ports/item-store.ts';
import type { RunStore } from '../../../service/ports/run-store.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import { loadAttempts } from '../../../service/runs/attempts.ts';
import type { FailureName } from '../../../service/runs/failure.ts';
import { loadPlan } from '../../../service/runs/run-plan.ts';
import { LOCAL_VANTAGE } from '../runs/local-vantage.ts';
import type { WalkPorts } from '../runs/walk.ts';
import { type Conditions, createConditions } from './conditions.ts';
import { createUplink, type UplinkPorts } from './uplink.ts';

export interface OwnSidePorts {
  readonly items: ItemStore;
  readonly store: Pick<RunStore, 'get'>;
  readonly announce: PublishEvents;
  readonly fleet: string;
  readonly look: UplinkPorts['look'];
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
}

export interface OwnSide {
  readonly conditions: Conditions;
  readonly ofRun: NonNullable<WalkPorts['ownSide']>;
  /** Why no scheduled run is started now. Rejects as the store does. */
  barrier(): Promise<string | undefined>;
  /** A run ended: by this error, or well. */
  ended(error: string | undefined, why: string): void;
}

const STORE_FAILED = 'StoreFailed' satisfies FailureName;

export function createOwnSide(ports: OwnSidePorts): OwnSide {
  const conditions = createConditions(ports);
  const uplink = createUplink({ ...ports, conditions });
  return {
    conditions,
    barrier: uplink.barrier,
    async ofRun({ run }, latest) {
      // A machine elsewhere has a way of its own: what it hears says nothing about this one's, and what it saw counts.
      const own = latest.filter(({ vantage }) => vantage === LOCAL_VANTAGE.id);
      if (latest.some((one) => !own.includes(one) && 'result' in one)) return undefined;
      const attempts = await loadAttempts(own, ports.store);
      const mayAsk = async () => (await loadPlan(run, ports.store)).settings.defaultControls;
      return uplink.judge(attempts, mayAsk);
    },
    ended(error, why) {
      if (error === STORE_FAILED) void conditions.open('store-failing', why);
      if (error === undefined) void conditions.close('store-failing');
    },
  };
}
