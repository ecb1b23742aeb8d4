/** Sends what is in the outbox, marks it, and tries again later what a receiver did not take. */
import type { ChangeEvent } from '../../../model/change-event.ts';
import type { PublishEvents } from '../../../service/ports/events.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import type { Outbox, WaitingChange } from './outbox.ts';

export interface CourierPorts {
  readonly outbox: Outbox;
  /** To all receivers that have not got it yet. Rejects when one of them is to get it later. */
  readonly deliver: (event: ChangeEvent) => Promise<unknown>;
  readonly telemetry: Telemetry;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** Calls back after so many milliseconds; gives what prevents it. */
  readonly later: (work: () => void, ms: number) => () => void;
}

export interface Courier {
  /** Puts changes into the outbox, and begins to send them. Rejects if they could not be stored. */
  readonly publish: PublishEvents;
  /** Goes on with what another process of this station left. */
  start(): void;
  /** Begins nothing more, and waits for what is under way, but not for long: the next start sends it again. */
  close(): Promise<void>;
}

/** Changes that are sent side by side. */
const PLACES = 8;
/** The first pause, doubled with each; ms. */
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** After that an alert is too old. */
const GIVEN_UP_AFTER_MS = 3 * 86_400_000;
/** Until what could not be read or marked, as with a full disk, is tried again; ms. */
const STORE_PAUSE_MS = 60_000;
/** Longest wait for what is under way when the station ends, ms. */
const CLOSE_MS = 2_000;

type Outcome =
  | { readonly ended: 'sent' | 'given-up' }
  /** Milliseconds since 1970. */
  | { readonly dueAt: number };

/** Milliseconds until the next try: between half of the doubled pause and all of it. */
export const pauseAfter = (tries: number, random: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS) * (0.5 + random / 2);

export function createCourier(ports: CourierPorts): Courier {
  const { outbox, deliver, telemetry, now, random, later } = ports;
  const underWay = new Map<string, Promise<void>>();
  /** What happened and could not be written: without it a full disk would send the same again and again. */
  const unmarked = new Map<string, Outcome>();
  let closed = false;
  let cancel = (): void => undefined;

  const look = (): void => {
    cancel();
    if (closed) return;
    try {
      for (const [id, outcome] of unmarked) mark(id, outcome);
      const waiting = outbox.waiting(PLACES + underWay.size).filter(({ event }) => !underWay.has(event.id));
      for (const one of waiting) {
        if (untilDue(one) > 0) {
          wakeIn(untilDue(one));
          return;
        }
        if (underWay.size >= PLACES) return;
        underWay.set(one.event.id, send(one));
      }
    } catch (error) {
      telemetry.error('the outbox of alerts can not be used', { reason: wordsOf(error) });
      wakeIn(STORE_PAUSE_MS);
    }
  };
  const wakeIn = (ms: number): void => {
    cancel = later(look, ms);
  };
  /** A clock that was set back must not hold an alert for longer than the longest pause. */
  const untilDue = ({ dueAt }: WaitingChange): number => {
    const left = dueAt - now();
    return left > LONGEST_PAUSE_MS ? 0 : left;
  };
  const mark = (id: string, outcome: Outcome): void => {
    if ('ended' in outcome) outbox.end(id, outcome.ended);
    else outbox.postpone(id, outcome.dueAt);
    unmarked.delete(id);
  };
  const send = async ({ event, addedAt, tries }: WaitingChange): Promise<void> => {
    try {
      await deliver(event);
      unmarked.set(event.id, { ended: 'sent' });
    } catch (error) {
      if (now() - addedAt > GIVEN_UP_AFTER_MS) {
        telemetry.error('an alert was given up', { event: event.id, kind: event.kind, tries: tries + 1 });
        unmarked.set(event.id, { ended: 'given-up' });
      } else {
        telemetry.warn('an alert is tried again later', { event: event.id, reason: wordsOf(error) });
        unmarked.set(event.id, { dueAt: now() + pauseAfter(tries, random()) });
      }
    } finally {
      underWay.delete(event.id);
      look();
    }
  };

  return {
    async publish(events) {
      outbox.add(events);
      look();
    },
    start: look,
    async close() {
      closed = true;
      cancel();
      let stop = (): void => undefined;
      const soon = new Promise<void>((resolve) => {
        stop = later(resolve, CLOSE_MS);
      });
      await Promise.race([Promise.all(underWay.values()), soon]);
      stop();
      for (const [id, outcome] of unmarked)
        try {
          mark(id, outcome);
        } catch {
          // The next start sends it again, with the same id.
        }
    },
  };
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
