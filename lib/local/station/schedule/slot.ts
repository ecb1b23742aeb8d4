/** Which due time of a schedule is next to be started, and at which moment. Pure. */
import { createHash } from 'node:crypto';
import { nextDue, previousDue } from '../../../service/schedule/due.ts';
import { timingOf } from '../../../service/schedule/timing.ts';
import type { Schedule } from '../../../service/state/schedules.ts';

export interface Slot {
  /** Epoch ms. The run is known by it: however often it is started, it is one run. */
  readonly due: number;
  /** Epoch ms, from `due` on: a thousand targets that are due at the same time do not start at the same time. */
  readonly at: number;
  /** The run in whose place it is made. */
  readonly after?: string;
}

const MINUTE_MS = 60_000;
/** After a sleep or a start of the machine its network needs some seconds. */
const SETTLE_MS = 20_000;
/** Runs that come late are spread over this. */
const SPREAD_MS = MINUTE_MS;

/**
 * Of all due times that went by without a run the last one alone is made up for, and none where the next is near anyway.
 *
 * @param handled the last due time that was started or refused, epoch ms
 * @param now epoch ms; the moment of a late run counts from it
 */
export function nextSlot(
  { target, spec, state, activeSince }: Schedule,
  handled: number | undefined,
  now: number,
): Slot | undefined {
  if (state === 'paused') return undefined;
  const windowMs = timingOf(spec, now).flexibleMinutes * MINUTE_MS;
  const inWindow = (due: number): number => due + Math.floor(shareOf(target, due) * windowMs);
  const next = nextDue(spec, Math.max(now, handled ?? 0));
  const last = previousDue(spec, now);
  if (last !== undefined && last >= Date.parse(activeSince) && (handled === undefined || last > handled)) {
    if (inWindow(last) >= now) return { due: last, at: inWindow(last) };
    if (now - last <= windowMs) return { due: last, at: now };
    if (next === undefined || next - now > windowMs)
      return { due: last, at: now + SETTLE_MS + Math.floor(shareOf(target, last) * SPREAD_MS) };
  }
  return next === undefined ? undefined : { due: next, at: inWindow(next) };
}

/** From 0 to less than 1, and the same after a restart. */
const shareOf = (target: string, due: number): number =>
  createHash('sha256')
    .update(JSON.stringify([target, due]))
    .digest()
    .readUInt32BE(0) /
  2 ** 32;
