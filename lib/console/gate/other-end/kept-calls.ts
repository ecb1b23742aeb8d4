/**
 * What a go-live call has agreed on, by target, for as long as the tab is not closed or loaded anew: whoever looks at something else
 * and comes back finds it. In memory alone: a listener's code belongs into no storage.
 */
import type { ListenerCode } from '../../../kinds/listener/code.ts';
import type { BothEndsReport } from '../board/joined.ts';
import type { AskedEnd } from './keys.ts';

export interface KeptCall {
  /** Which text was chosen for the other end: an id of WAYS. */
  readonly way?: string;
  /** It may have been read out to somebody, who started a listener with it. */
  readonly code?: ListenerCode;
  /** `undefined`: the servers themselves are asked. */
  readonly asking?: AskedEnd | undefined;
  readonly joined?: BothEndsReport;
}

const calls = new Map<string, KeptCall>();

export const callOf = (target: string): KeptCall => calls.get(target) ?? {};

export function keepCall(target: string, change: KeptCall): void {
  calls.set(target, { ...callOf(target), ...change });
}
