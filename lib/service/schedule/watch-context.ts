export interface WatchContext {
  readonly fleet: string;
  /** Epoch ms. */
  readonly now: number;
  /** The fleet is stopped: runs that do not start are not counted as missed. */
  readonly isStopped: boolean;
  /** Advice is for the one machine of a station. */
  readonly isStation?: true;
  /** A time in which nothing could start a run, and why, in one clause. Epoch ms. */
  readonly away?: { readonly from: number; readonly to: number; readonly why: string };
}
