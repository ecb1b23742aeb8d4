import type { FleetVantage } from '../../model/fleet-vantage.ts';

/** The result of invoking a prober function, including faults of the cloud. `message`: one line for the log. */
export type Invoked =
  | { readonly status: 'answered'; readonly text: string }
  /** The function ended with an error: `errorType` as Lambda names it, `Runtime.ExitError` when it was killed. */
  | { readonly status: 'function-error'; readonly errorType: string; readonly message: string }
  | { readonly status: 'throttled'; readonly message: string }
  /** The function is being made ready, as after weeks without a call: it can be called within minutes. */
  | { readonly status: 'starting'; readonly message: string }
  /** The API failed or can't be reached. */
  | { readonly status: 'unreachable'; readonly message: string }
  /** No such function, or no right to it: trying again won't help. */
  | { readonly status: 'missing'; readonly message: string }
  /** Neither answer nor error within `timeoutMs`. */
  | { readonly status: 'timeout'; readonly message: string };

/** Invokes the prober of a vantage in its region, in the name of the role that is assumed for it if there is one, and waits for its answer. Never rejects for what the cloud does. */
export type InvokeProber = (
  vantage: Pick<FleetVantage, 'region' | 'functionName' | 'invokeAs'>,
  payload: string,
  options: { readonly timeoutMs: number },
) => Promise<Invoked>;
