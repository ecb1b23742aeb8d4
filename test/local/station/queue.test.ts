import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createRunQueue, type QueuedRun } from '../../../lib/local/station/runs/queue.ts';

/** A queue of four places, whose runs end when the test says so. */
function queued() {
  const queue = createRunQueue({ places: 4 });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const add = (runId: string, run: Partial<QueuedRun>): void =>
    queue.add(
      runId,
      { isScheduled: false, requestedBy: 'ada', targets: [], ...run },
      (signal) =>
        new Promise<void>((resolve) => {
          begun.push(runId);
          ends.set(runId, resolve);
          signal.addEventListener('abort', () => resolve());
        }),
    );
  return {
    queue,
    begun,
    asked: (runId: string, requestedBy: string, ...targets: string[]) => add(runId, { requestedBy, targets }),
    scheduled: (target: string) =>
      add(`s-${target}`, { isScheduled: true, requestedBy: `schedule:${target}`, targets: [target] }),
    async end(runId: string) {
      ends.get(runId)?.();
      await turn();
      return begun.at(-1);
    },
  };
}
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

it('keeps a place for who asks, however many schedules are due', async () => {
  const { begun, scheduled, asked, end, queue } = queued();
  for (const n of numbers(1_000)) scheduled(`t${n}`);
  expect(begun).toEqual(['s-t0', 's-t1', 's-t2']);
  asked('r', 'ada');
  expect(begun.at(-1)).toBe('r');
  expect(await end('s-t0')).toBe('s-t3');
  // Of scheduled runs there is one for each target: they are no reason to refuse others.
  expect(queue.waiting()).toBe(0);
});

it('keeps a place for schedules, however many runs are asked for', async () => {
  const { begun, scheduled, asked, end, queue } = queued();
  for (const n of numbers(6)) for (const who of ['ada', 'bob', 'eve']) asked(`${who}${n}`, who);
  expect(begun).toHaveLength(4);
  expect(queue.waiting()).toBe(14);
  scheduled('shop');
  scheduled('mill');
  expect(await end(begun[0] ?? '')).toBe('s-shop');
  // One of them is being made: then those go first for whom somebody waits.
  expect(await end(begun[1] ?? '')).not.toBe('s-mill');
  expect(await end('s-shop')).toBe('s-mill');
});

it('lets requesters take turns, whoever asks for much', async () => {
  const { begun, asked, end } = queued();
  for (const n of numbers(50)) asked(`pipeline${n}`, 'pipeline');
  // One place stays free for others.
  expect(begun).toHaveLength(3);
  asked('ticket0', 'support');
  asked('ticket1', 'support');
  asked('gate', 'ada');
  expect(begun.at(-1)).toBe('ticket0');
  expect(await end('pipeline0')).toBe('gate');
  expect(await end('pipeline1')).toBe('pipeline3');
  expect(await end('pipeline2')).toBe('ticket1');
});

it('makes two runs of a target side by side at most, and others pass', async () => {
  const { begun, asked, scheduled, end } = queued();
  for (const who of ['ada', 'bob', 'eve', 'kim']) asked(who, who, 'shop');
  expect(begun).toEqual(['ada', 'bob']);
  scheduled('mill');
  asked('joe', 'joe', 'dam', 'mill');
  expect(begun.slice(2)).toEqual(['s-mill', 'joe']);
  expect(await end('ada')).toBe('eve');
});

it('takes what is stopped out of the line, and begins nothing once it is closed', async () => {
  const { begun, asked, queue } = queued();
  for (const n of numbers(5)) asked(`r${n}`, 'ada');
  queue.abort('r3');
  queue.abort('r0');
  await turn();
  expect(begun).toEqual(['r0', 'r1', 'r2', 'r4']);
  asked('r5', 'ada');
  await queue.close();
  expect(begun).toHaveLength(4);
});
