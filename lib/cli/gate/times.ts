import { parseDuration } from '../../input/request/quantities.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';

export interface GateTimes {
  /** Pause between two probes of one endpoint, in ms. */
  readonly everyMs: number;
  /** When to give up, in ms. */
  readonly forMs: number;
}

const DAY_MS = 86_400_000;

/** @param minEveryMs who is asked more often would say "too often" */
export function readTimes(
  flags: { readonly every: string; readonly for: string },
  minEveryMs: number,
): ParseResult<GateTimes> {
  const every = parseDuration(flags.every, minEveryMs, DAY_MS);
  if (!every.ok) return inputError(`--every: ${every.message}`);
  const most = parseDuration(flags.for, 1_000, DAY_MS);
  if (!most.ok) return inputError(`--for: ${most.message}`);
  return parsed({ everyMs: every.value, forMs: most.value });
}
