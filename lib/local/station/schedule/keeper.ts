/**
 * Starts the runs that are due. It looks at the clock every few seconds, and so notices that the machine slept, or that
 * the clock was set: what went by then is found by the watchdog first, and made up for by one run of a target at most.
 */
import { isoTime } from '../../../net/clock.ts';
import type { ItemStore } from '../../../service/ports/item-store.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import { previousDue } from '../../../service/schedule/due.ts';
import type { Started, StarterInput } from '../../../service/schedule/start.ts';
import { loadTrace } from '../../../service/state/schedule-trace.ts';
import {
  allSchedules,
  createScheduleStore,
  readSchedule,
  type Schedule,
} from '../../../service/state/schedules.ts';
import type { ClockRecord } from './clock-record.ts';
import { type Gap, gapBetween, gapWords } from './gap.ts';
import { setRight } from './set-right.ts';
import { nextSlot, type Slot } from './slot.ts';
import type { Timers } from './timers.ts';

export interface KeeperPorts {
  readonly items: ItemStore;
  readonly record: ClockRecord;
  /** Throws `StoreFailed`. */
  readonly start: (input: StarterInput) => Promise<Started>;
  /** Whether a run waits for a place or is being made. */
  readonly isUnderWay: (runId: string) => boolean;
  /** Whether it ended since the station's own network was away, and so said nothing of its target. */
  readonly saidNothing: (runId: string) => boolean;
  /** Finds what was missed and what failed, and tells of it. Rejects as the store does. */
  readonly watch: (gap?: Gap) => Promise<void>;
  readonly timers: Timers;
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
}

export interface Keeper {
  begin(): void;
  /** A schedule was set, switched or removed, or is about to be. */
  changed(target: string): void;
  /** When what is due now was handed over. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds between two looks at the clock, at most. */
export const LOOK_MS = 15_000;
const RECORD_MS = 60_000;
/** As often as the watchdog of a fleet looks. */
const WATCH_MS = 300_000;
/** Until a start that the store or our own side refused is tried again, or a run that said nothing is made once more. */
const AGAIN_MS = 60_000;
/** No run is made up for that close to the next one. */
const NEAR_MS = 300_000;
/** Starts side by side: each may look for proofs of ownership first. */
const SIDE_BY_SIDE = 8;

interface Entry {
  slot: Slot | undefined;
  /** The last one that was started, and the time at which it was due, epoch ms. */
  run?: { readonly id: string; readonly due: number };
  isStarting?: true;
}

export function createKeeper(ports: KeeperPorts): Keeper {
  const { items, record, timers, telemetry, now } = ports;
  const entries = new Map<string, Entry>();
  const stale = new Set<string>();
  const starting = new Set<Promise<void>>();
  let looking: Promise<void> = Promise.resolve();
  let cancel = (): void => undefined;
  let isClosed = false;
  let isLoaded = false;
  let lookedAt: number | undefined;
  let recordedAt: number | undefined;
  let watchedAt: number | undefined;
  let untold: Gap | undefined;

  const place = async (schedule: Schedule, at: number): Promise<void> => {
    const { runs } = await loadTrace(items, schedule.target);
    const [last] = runs;
    // What our own side refused is still to be done.
    const isOpen = last?.status === 'refused' && last.why === 'our-side';
    const handled = last === undefined ? undefined : Date.parse(last.scheduledAt) - (isOpen ? 1 : 0);
    // One that is starting goes on with the entry that it has.
    const entry = entries.get(schedule.target) ?? { slot: undefined };
    entry.slot = nextSlot(schedule, handled, at);
    if (last?.status === 'started') entry.run = { id: last.runId, due: Date.parse(last.scheduledAt) };
    entries.set(schedule.target, entry);
  };
  const load = async (at: number): Promise<void> => {
    const there = new Set<string>();
    for await (const schedule of allSchedules(createScheduleStore(items))) {
      there.add(schedule.target);
      await place(schedule, at);
    }
    for (const target of entries.keys()) if (!there.has(target)) entries.delete(target);
    isLoaded = true;
  };
  const reread = async (at: number): Promise<void> => {
    for (const target of [...stale]) {
      stale.delete(target);
      try {
        const schedule = await readSchedule(items, target);
        if (schedule === undefined) entries.delete(target);
        else await place(schedule, at);
      } catch (error) {
        stale.add(target);
        throw error;
      }
    }
  };

  const gapUntil = (at: number): Gap | undefined => {
    if (lookedAt !== undefined) return gapBetween(lookedAt, at, LOOK_MS, 'slept');
    const seen = record.seenAt();
    return seen === undefined ? undefined : gapBetween(seen, at, RECORD_MS + LOOK_MS, 'stopped');
  };
  /** Tried again at the next look as long as the store fails. */
  const mend = async (gap: Gap, at: number): Promise<void> => {
    telemetry.warn('schedules were held up', { why: gapWords(gap) });
    if (gap.kind === 'back') {
      record.turn(at);
      await setRight(items, at);
    }
    await ports.watch(gap);
    watchedAt = at;
    isLoaded = false;
  };

  const startOne = async (target: string, entry: Entry, slot: Slot): Promise<void> => {
    try {
      const schedule = await readSchedule(items, target);
      if (schedule === undefined) return void entries.delete(target);
      // One that could not be started for a while may be over by now.
      const due = Math.max(slot.due, previousDue(schedule.spec, now()) ?? 0);
      const scheduledAt = isoTime(due);
      const turn = record.turns();
      const after = due === slot.due && slot.after !== undefined ? { after: slot.after } : {};
      const input = { schedule: target, scheduledAt, executionId: 'station', ...after };
      const started = await ports.start(turn === 0 ? input : { ...input, turn });
      if (started.status === 'started') entry.run = { id: started.runId, due };
      entry.slot =
        started.status === 'refused' && started.why === 'our-side'
          ? { due, at: now() + AGAIN_MS, ...after }
          : nextSlot(schedule, due, now());
    } catch (error) {
      telemetry.error('scheduled run not started', { reason: String(error) });
      entry.slot = { ...slot, at: now() + AGAIN_MS };
    } finally {
      delete entry.isStarting;
    }
  };
  const makeUp = (entry: Entry, at: number): void => {
    const { slot, run } = entry;
    if (slot === undefined || run === undefined || entry.isStarting === true) return;
    if (slot.due <= run.due || slot.at - at < NEAR_MS || !ports.saidNothing(run.id)) return;
    entry.slot = { due: run.due, at: at + AGAIN_MS, after: run.id };
  };
  const startDue = async (at: number): Promise<void> => {
    for (const [target, entry] of entries) {
      makeUp(entry, at);
      const { slot } = entry;
      if (starting.size >= SIDE_BY_SIDE) return;
      if (slot === undefined || slot.at > at || entry.isStarting === true || isClosed) continue;
      if (entry.run !== undefined && ports.isUnderWay(entry.run.id)) {
        // The next due time may come before the run ends; then it takes the place of this one.
        entry.slot = { due: await latestDue(target, slot.due, at), at: at + LOOK_MS };
        continue;
      }
      entry.isStarting = true;
      const start = startOne(target, entry, slot).finally(() => {
        starting.delete(start);
        if (!isClosed) startDue(now()).catch(fault);
      });
      starting.add(start);
    }
  };
  const latestDue = async (target: string, due: number, at: number): Promise<number> => {
    const schedule = await readSchedule(items, target);
    const last = schedule && previousDue(schedule.spec, at);
    return last === undefined ? due : Math.max(last, due);
  };

  const fault = (error: unknown): void =>
    telemetry.error('schedules not looked at', { reason: String(error) });
  const look = async (): Promise<void> => {
    if (isClosed) return;
    const at = now();
    try {
      untold ??= gapUntil(at);
      lookedAt = at;
      if (untold !== undefined) await mend(untold, at);
      const wasHeldUp = untold !== undefined;
      untold = undefined;
      if (!isLoaded) await load(at);
      await reread(at);
      if (wasHeldUp || recordedAt === undefined || at - recordedAt >= RECORD_MS) {
        record.see(at);
        recordedAt = at;
      }
      watchedAt ??= at;
      if (at - watchedAt >= WATCH_MS) {
        watchedAt = at;
        await ports.watch();
      }
      await startDue(at);
    } catch (error) {
      fault(error);
    }
    if (!isClosed) arm();
  };
  const again = (): void => {
    looking = looking.then(look);
  };
  const arm = (): void => {
    const at = now();
    const soonest = Math.min(
      ...[...entries.values()].flatMap(({ slot }) => (slot && slot.at > at ? slot.at : [])),
    );
    cancel();
    cancel = timers.after(Math.min(LOOK_MS, soonest - at), again);
  };

  return {
    begin: again,
    changed(target) {
      stale.add(target);
      cancel();
      if (!isClosed) cancel = timers.after(0, again);
    },
    async settled() {
      await looking;
      while (starting.size > 0) await Promise.all(starting);
    },
    async close() {
      isClosed = true;
      cancel();
      await looking;
      await Promise.all(starting);
      try {
        if (lookedAt !== undefined) record.see(now());
      } catch (error) {
        telemetry.warn('the end of the station is not on record', { reason: String(error) });
      }
    },
  };
}
