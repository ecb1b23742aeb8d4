export interface WatchContext {
  readonly fleet: string;
  /** Epoch ms. */
  readonly now: number;
  /** The fleet is stopped: runs that do not start are not counted as missed. */
  readonly isStopped: boolean;
}
