import type { ItemStore } from '../ports/item-store.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import { type CountedRun, mayRun, type RateLimits } from '../runs/rate-limit.ts';
import { stoppedWords } from '../runs/stop.ts';
import { refused } from './handler.ts';

/** Why a run may not be started now; `undefined`: it may. The plan judges again, and counts it. */
export type RunGate = (
  run: Pick<CountedRun, 'runId' | 'requestedBy' | 'targets' | 'hosts'>,
) => Promise<ReturnType<typeof refused> | undefined>;

export interface RunGatePorts {
  readonly stop: Pick<StopSwitch, 'read'>;
  readonly items: Pick<ItemStore, 'admitted'>;
  readonly limits: RateLimits;
  /** Epoch ms. */
  readonly now: () => number;
}

/** For code that starts runs and can tell the caller immediately what the plan would only find later. */
export function createRunGate({ stop, items, limits, now }: RunGatePorts): RunGate {
  return async (run) => {
    const stopped = await stop.read();
    if (stopped !== undefined) return refused('stopped', stoppedWords(stopped));
    const limited = await mayRun({ ...run, at: now() }, limits, items);
    return limited && refused('rate-limited', limited.message);
  };
}
