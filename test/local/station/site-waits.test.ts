/** Runs that wait for machines elsewhere, by a clock and timers of the test. */
import { beforeEach, describe, expect, it } from 'vitest';
import { HOLD_MS, SILENT_MS } from '../../../lib/local/station/site/waiting.ts';
import { ANSWER_MARGIN_MS } from '../../../lib/service/runs/limits.ts';
import { STALE_MS } from '../../../lib/service/state/site-vantages.ts';
import { dispatchTo, machine, type SiteRig, siteRig } from '../../service/site/site-rig.ts';

let rig: SiteRig;
let branch: ReturnType<typeof machine>;
beforeEach(async () => {
  rig = siteRig();
  branch = machine('branch', rig);
  await branch.join(await rig.invite('branch'));
});

const inLine = async (): Promise<number> => (await rig.items.query('SITEWORK#branch')).length;
const fire = (ms: number): void => {
  for (const timer of [...rig.timers])
    if (timer.ms === ms) {
      rig.timers.delete(timer);
      timer.run();
    }
};
const ask = (signal = new AbortController().signal) => {
  const outcome = rig.waits.ask(dispatchTo('branch'), signal);
  outcome.catch(() => undefined);
  return outcome;
};

describe('a run', () => {
  it.each([
    ['never asked', async () => undefined],
    [
      'has not asked for a while',
      async () => {
        await branch.poll();
        rig.clock.ms += STALE_MS + 1;
      },
    ],
  ])('puts nothing in line for a vantage that %s', async (_, before) => {
    await before();
    await expect(ask()).rejects.toMatchObject({ name: 'VantageStale' });
    expect(await inLine()).toBe(0);
    expect(rig.timers.size).toBe(0);
  });

  it('goes on without a vantage that is not heard of any more, and takes its work back', async () => {
    await branch.poll();
    const outcome = ask();
    await expect.poll(inLine).toBe(1);
    // Heard of once more: the time begins anew, with a timer of its own.
    const [before] = [...rig.timers].filter(({ ms }) => ms === SILENT_MS);
    await branch.poll();
    const [after] = [...rig.timers].filter(({ ms }) => ms === SILENT_MS);
    expect(after).not.toBe(before);
    fire(SILENT_MS);
    await expect(outcome).rejects.toMatchObject({ name: 'VantageSilent' });
    expect(await inLine()).toBe(0);
    expect(rig.timers.size).toBe(0);
  });

  it('waits for a busy vantage no longer than its work may take', async () => {
    await branch.poll();
    const outcome = ask();
    await expect.poll(inLine).toBe(1);
    fire(60_000 + ANSWER_MARGIN_MS + 20_000);
    await expect(outcome).rejects.toMatchObject({ name: 'ProberTimedOut' });
    expect(await inLine()).toBe(0);
  });

  it('takes its work back when it is ended', async () => {
    await branch.poll();
    const ending = new AbortController();
    const outcome = ask(ending.signal);
    await expect.poll(inLine).toBe(1);
    ending.abort();
    await expect(outcome).rejects.toMatchObject({ name: 'RunInterrupted' });
    expect(await inLine()).toBe(0);
    expect(rig.timers.size).toBe(0);
  });
});

describe('a question', () => {
  it('is kept until there is work, and for 25 s at most', async () => {
    await branch.poll();
    const long = rig.waits.hold('branch');
    fire(HOLD_MS);
    await long;
    const kept = rig.waits.hold('branch');
    ask();
    await kept;
    expect(await inLine()).toBe(1);
  });

  it('is not kept when there were news just before, nor beside a second one, nor at the end', async () => {
    await branch.poll();
    ask();
    await expect.poll(inLine).toBe(1);
    await rig.waits.hold('branch');
    const first = rig.waits.hold('branch');
    const second = rig.waits.hold('branch');
    await first;
    rig.waits.close();
    await second;
    await rig.waits.hold('branch');
    expect([...rig.timers].some(({ ms }) => ms === HOLD_MS)).toBe(false);
  });
});
