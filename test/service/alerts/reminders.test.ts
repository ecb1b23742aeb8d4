import { beforeEach, describe, expect, it } from 'vitest';
import type { ChangeEvent } from '../../../lib/model/change-event.ts';
import { createReminders } from '../../../lib/service/alerts/reminders.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { acknowledge } from '../../../lib/service/state/acknowledgements.ts';
import { changeAnnounced } from '../../../lib/service/state/announced.ts';
import { addWindow } from '../../../lib/service/state/maintenance.ts';
import { at, live, report, runOf } from '../changes/runs.ts';
import { memoryTelemetry, targetItem } from '../runs/ports.ts';
import { type MemoryItems, memoryItems } from '../state/memory-items.ts';

const HOUR = 3_600_000;
let items: MemoryItems;
let sent: ChangeEvent[];
let hours: number;
let busDown: boolean;
const log = memoryTelemetry();

const look = (isStopped = false) =>
  createReminders({
    items,
    send: async (events) => {
      if (busDown) throw failure('StoreFailed', 'the bus');
      sent.push(...events);
    },
    fleet: 'inbound-check',
    everyMs: 4 * HOUR,
    now: () => Date.parse(at(0)) + hours * HOUR,
  })(isStopped, log);

/** Runs of the target `shop`, one an hour, as publish keeps what they announced; gives the last alert. */
async function runs(...verdicts: ('pass' | 'fail')[]) {
  let alert: { readonly mark: string } | undefined;
  for (const [hour, verdict] of verdicts.entries())
    await changeAnnounced(items, 'shop', async (before) => {
      const { announced } = runOf(hour, [report({ verdict })], before?.announced);
      alert = announced.alert;
      const run = { runId: `run-${hour}`, startedAt: at(hour) };
      return { outcome: undefined, write: { ...run, announced, events: [], sent: true } };
    });
  return alert;
}
const kinds = () => sent.map(({ kind }) => kind);

beforeEach(async () => {
  items = memoryItems();
  sent = [];
  hours = 0;
  busDown = false;
  await items.put(
    targetItem({ name: 'shop', hosts: ['192.0.2.1'], definition: { check: ['tcp://192.0.2.1:1'] } }),
  );
});

describe('reminders', () => {
  it('come while something fails, and stop when nothing does', async () => {
    await runs('fail');
    expect(await look()).toBe(0);
    hours = 4;
    expect(await look()).toBe(1);
    expect(await look()).toBe(0);
    await runs('fail', 'pass');
    hours = 50;
    expect(await look()).toBe(0);
    expect(kinds()).toEqual(['reminder']);
  });

  it('stop when it is acknowledged, which is told once; a later fault is another one', async () => {
    const alert = await runs('fail');
    await acknowledge(items, 'shop', { alert: alert?.mark ?? '', by: 'ada', reason: 'on it', now: 1 });
    hours = 50;
    await look();
    await look();
    expect(kinds()).toEqual(['acknowledged']);
    await runs('fail', 'pass', 'fail');
    await look();
    expect(kinds()).toEqual(['acknowledged', 'reminder']);
  });

  it('are not sent in maintenance, of a stopped fleet, or of a target that is registered no more', async () => {
    await runs('fail');
    hours = 4;
    await look(true);
    const window = { id: 'w', from: at(3), to: at(5), reason: 'new firewall', by: 'ada' };
    await addWindow(items, 'shop', window, Date.parse(at(3)));
    await look();
    expect(sent).toEqual([]);
    hours = 6;
    await items.remove({ pk: 'TARGET#shop', sk: 'TARGET' });
    await look();
    expect(sent).toEqual([]);
  });

  it('are repeated with the same id when they could not be sent', async () => {
    await runs('fail');
    hours = 4;
    busDown = true;
    await expect(look()).rejects.toMatchObject({ name: 'StoreFailed' });
    busDown = false;
    expect(await look()).toBe(1);
    expect(kinds()).toEqual(['reminder']);
  });
});

it('an alert is listed from the first failure until nothing fails', async () => {
  const listed = async () => (await items.list('alert')).items.map(({ name }) => name);
  expect(await listed()).toEqual([]);
  await runs('fail');
  expect(await listed()).toEqual(['shop']);
  await runs('fail', 'pass');
  expect(await listed()).toEqual([]);
  expect(live([[report({ verdict: 'fail' })]]).flat()).toHaveLength(1);
});
