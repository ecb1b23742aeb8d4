/** Whether a check is made once, as a gate, or as a watch. */
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { type GateTimes, readTimes } from './times.ts';

interface RepeatFlags {
  readonly gate?: boolean;
  readonly watch?: boolean;
  readonly every?: string;
  readonly for?: string;
  readonly theyRead?: boolean;
}

export type Repeat =
  | { readonly kind: 'gate'; readonly times: GateTimes }
  | { readonly kind: 'watch'; readonly times: Pick<GateTimes, 'everyMs'> & Partial<GateTimes> };

/** One machine asks; there is no rate limit of a fleet to keep. */
const MIN_EVERY_MS = 1_000;

/** `undefined`: once. */
export function repeatOf(flags: RepeatFlags): ParseResult<Repeat | undefined> {
  const { gate = false, watch = false, theyRead = false } = flags;
  if (gate && watch)
    return inputError('--gate ends when everything passes, and --watch does not: leave one of them away');
  const alone = (['every', 'for'] as const).find((name) => flags[name] !== undefined);
  if (!(gate || watch))
    return alone === undefined
      ? parsed(undefined)
      : inputError(`--${alone} says how --gate or --watch goes on: add one of them`);
  if (theyRead) return inputError('--they-read asks a person after one check: leave --gate and --watch away');
  const times = readTimes({ every: flags.every ?? '60s', for: flags.for ?? '1h' }, MIN_EVERY_MS);
  if (!times.ok) return times;
  if (gate) return parsed({ kind: 'gate', times: times.value });
  const { everyMs, forMs } = times.value;
  return parsed({ kind: 'watch', times: { everyMs, ...(flags.for !== undefined && { forMs }) } });
}
