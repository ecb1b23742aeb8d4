import type { StopNotice } from '../../model/stop-notice.ts';

/**
 * The switch that stops every probe of the fleet immediately. All reject with a `StoreFailed` failure when it can't be
 * reached: a function that does not know whether the fleet is stopped sends no packet.
 */
export interface StopSwitch {
  /** Who stopped the fleet and why; `undefined`: it runs. */
  read(): Promise<StopNotice | undefined>;
  set(notice: StopNotice): Promise<void>;
  clear(): Promise<void>;
}
