import { describe, expect, it } from 'vitest';
import { createCourier, pauseAfter } from '../../../../lib/local/station/alerts/courier.ts';
import { createOutbox, type Outbox } from '../../../../lib/local/station/alerts/outbox.ts';
import type { ChangeEvent } from '../../../../lib/model/change-event.ts';
import { failure } from '../../../../lib/service/runs/failure.ts';
import { change } from '../../../service/alerts/change.ts';
import { memoryTelemetry } from '../../../service/runs/ports.ts';
import { newDatabase } from '../database.ts';

const MINUTE = 60_000;
const idOf = (n: number): string => String(n).padStart(32, '0');
const events = (count: number): ChangeEvent[] =>
  Array.from({ length: count }, (_, n) => change({ id: idOf(n) }));

/** A courier whose clock and timers the test turns. */
function courierOf(outbox: Outbox, deliver: (event: ChangeEvent) => Promise<unknown>, clock: { ms: number }) {
  const timers: { readonly at: number; readonly work: () => void }[] = [];
  const telemetry = memoryTelemetry();
  const courier = createCourier({
    outbox,
    deliver,
    telemetry,
    now: () => clock.ms,
    random: () => 1,
    later(work, ms) {
      const timer = { at: clock.ms + ms, work };
      timers.push(timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index >= 0) timers.splice(index, 1);
      };
    },
  });
  return {
    ...courier,
    telemetry,
    timers,
    async pass(ms: number) {
      clock.ms += ms;
      for (const timer of timers.filter(({ at }) => at <= clock.ms)) {
        timers.splice(timers.indexOf(timer), 1);
        timer.work();
      }
      await settled();
    },
  };
}

/** All that has been begun and waits for nothing from outside has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function boxAt(clock: { ms: number }) {
  const database = await newDatabase();
  return { database, outbox: createOutbox(database, () => clock.ms) };
}

describe('the courier', () => {
  it('sends each change once it is stored, and never again', async () => {
    const clock = { ms: 0 };
    const { outbox } = await boxAt(clock);
    const got: string[] = [];
    const courier = courierOf(
      outbox,
      async ({ id }) => {
        expect(outbox.waiting(10).map(({ event }) => event.id)).toContain(id);
        got.push(id);
      },
      clock,
    );
    await courier.publish(events(20));
    await settled();
    await courier.publish(events(20));
    await settled();
    expect(got.toSorted()).toEqual(events(20).map(({ id }) => id));
    expect(outbox.waiting(100)).toEqual([]);
    expect(courier.timers).toEqual([]);
  });

  it('sends at most eight at the same time', async () => {
    const clock = { ms: 0 };
    const { outbox } = await boxAt(clock);
    const release: (() => void)[] = [];
    const courier = courierOf(outbox, () => new Promise<void>((resolve) => release.push(resolve)), clock);
    await courier.publish(events(20));
    await settled();
    expect(release).toHaveLength(8);
    for (const one of release.splice(0)) one();
    await settled();
    expect(release).toHaveLength(8);
  });

  it('tries again with pauses that double up to an hour, and gives up after three days', async () => {
    const clock = { ms: 0 };
    const { outbox } = await boxAt(clock);
    const at: number[] = [];
    const courier = courierOf(
      outbox,
      async () => {
        at.push(clock.ms / 1_000);
        throw failure('DeliveryPostponed', 'no receiver');
      },
      clock,
    );
    await courier.publish(events(1));
    await settled();
    while (courier.timers.length > 0) await courier.pass((courier.timers[0]?.at ?? 0) - clock.ms);
    expect(at.slice(0, 9)).toEqual([0, 30, 90, 210, 450, 930, 1_890, 3_810, 7_410]);
    expect(at.at(-1)).toBeGreaterThan(3 * 86_400);
    expect(at.at(-1)).toBeLessThanOrEqual(3 * 86_400 + 3_600);
    expect(courier.telemetry.lines.at(-1)?.message).toBe('an alert was given up');
    expect(outbox.waiting(10)).toEqual([]);
  });

  it('draws the pause from its upper half', () => {
    expect([pauseAfter(0, 0), pauseAfter(0, 1), pauseAfter(30, 1)]).toEqual([15_000, 30_000, 60 * MINUTE]);
  });

  it('repeats with the same id what was sent and not marked when the process was killed, and loses none', async () => {
    const clock = { ms: 0 };
    const { database, outbox } = await boxAt(clock);
    const got: string[] = [];
    // Killed after the sending: nothing of what comes next takes place.
    const killed = courierOf(
      outbox,
      ({ id }) => {
        got.push(id);
        return new Promise(() => undefined);
      },
      clock,
    );
    await killed.publish(events(12));
    await settled();
    expect(got).toHaveLength(8);
    const next = courierOf(
      createOutbox(database, () => clock.ms),
      async ({ id }) => void got.push(id),
      clock,
    );
    next.start();
    await settled();
    expect(got).toHaveLength(8 + 12);
    expect([...new Set(got)].toSorted()).toEqual(events(12).map(({ id }) => id));
    expect(outbox.waiting(100)).toEqual([]);
  });

  it('goes on where the one before had to wait, at the time that was set', async () => {
    const clock = { ms: 0 };
    const { outbox } = await boxAt(clock);
    const first = courierOf(outbox, () => Promise.reject(new Error('down')), clock);
    await first.publish(events(1));
    await settled();
    const got: number[] = [];
    const second = courierOf(outbox, async () => void got.push(clock.ms), clock);
    second.start();
    await settled();
    expect(got).toEqual([]);
    await second.pass(30_000);
    expect(got).toEqual([30_000]);
  });

  it('waits for no time beyond the longest pause when the clock was set back', async () => {
    const clock = { ms: 10 * 86_400_000 };
    const { outbox } = await boxAt(clock);
    const first = courierOf(outbox, () => Promise.reject(new Error('down')), clock);
    await first.publish(events(1));
    await settled();
    clock.ms = 0;
    const got: string[] = [];
    const second = courierOf(outbox, async ({ id }) => void got.push(id), clock);
    second.start();
    await settled();
    expect(got).toEqual([idOf(0)]);
  });

  it('sends nothing again and again when a full disk keeps it from marking', async () => {
    const clock = { ms: 0 };
    const { outbox } = await boxAt(clock);
    let isFull = false;
    const full: Outbox = {
      ...outbox,
      end(id, how) {
        if (isFull) throw failure('StoreFailed', 'database or disk is full');
        outbox.end(id, how);
      },
    };
    const got: string[] = [];
    const courier = courierOf(
      full,
      async ({ id }) => {
        got.push(id);
        isFull = true;
      },
      clock,
    );
    await courier.publish(events(1));
    await settled();
    await courier.pass(MINUTE);
    await courier.pass(MINUTE);
    expect(got).toEqual([idOf(0)]);
    isFull = false;
    await courier.pass(MINUTE);
    expect(outbox.waiting(10)).toEqual([]);
    expect(got).toEqual([idOf(0)]);
  });

  it('says so, and takes nothing, when a change can not be stored', async () => {
    const clock = { ms: 0 };
    const { database, outbox } = await boxAt(clock);
    const got: string[] = [];
    const courier = courierOf(outbox, async ({ id }) => void got.push(id), clock);
    database.execute('DROP TABLE outbox');
    await expect(courier.publish(events(1))).rejects.toMatchObject({ name: 'StoreFailed' });
    expect(got).toEqual([]);
  });

  it('ends within two seconds, with a mark on what was sent by then', async () => {
    const clock = { ms: 0 };
    const { outbox } = await boxAt(clock);
    let release = (): void => undefined;
    const courier = courierOf(
      outbox,
      ({ id }) =>
        id === idOf(0)
          ? new Promise<void>((resolve) => {
              release = resolve;
            })
          : new Promise(() => undefined),
      clock,
    );
    await courier.publish(events(2));
    const closing = courier.close();
    release();
    await settled();
    await courier.pass(2_000);
    await closing;
    expect(outbox.waiting(10).map(({ event }) => event.id)).toEqual([idOf(1)]);
  });

  it('forgets what ended long ago, and nothing that waits', async () => {
    const clock = { ms: 0 };
    const { database, outbox } = await boxAt(clock);
    outbox.add(events(2));
    outbox.end(idOf(0), 'sent');
    outbox.forgetBefore(1);
    expect(database.all('SELECT event_id FROM outbox').map(({ event_id }) => event_id)).toEqual([idOf(1)]);
  });
});
