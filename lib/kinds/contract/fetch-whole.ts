/** How a file is fetched that a peer's certificate names; the web's own folder does it, for every kind with TLS. */
import type { ProbeContext } from './probe.ts';

export interface FetchBounds {
  /** Of the whole file; one that is longer is not fetched. */
  readonly maxBytes: number;
  /** Of everything together, look-ups and redirects included. */
  readonly timeoutMs: number;
}

/** `why` is half a sentence. `ours`: time or memory of this machine ended it, so that it says nothing of the server. */
export type FetchedWhole =
  | { readonly ok: true; readonly bytes: Buffer; readonly release: () => void }
  | { readonly ok: false; readonly why: string; readonly ours?: true };

/** Never rejects. */
export type FetchWhole = (url: string, bounds: FetchBounds, context: ProbeContext) => Promise<FetchedWhole>;
