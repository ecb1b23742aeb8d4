import { describe, expect, it } from 'vitest';
import { createSiteAsker } from '../../../lib/service/site/ask.ts';
import { invocation, memoryTelemetry } from '../runs/ports.ts';
import { dispatchTo, machine, siteRig } from './site-rig.ts';

async function asker() {
  const rig = siteRig();
  const ask = createSiteAsker({
    ...rig,
    now: () => rig.clock.ms,
    randomHex: (bytes) => 'ab'.repeat(bytes),
    telemetry: memoryTelemetry(),
  });
  const branch = machine('branch', rig);
  await branch.join(await rig.invite('branch'));
  const run = (event: unknown = { dispatch: dispatchTo('branch'), token: 'token-1' }) =>
    ask(event, invocation());
  const lying = () => rig.items.query('SITEWORK#branch');
  return { rig, branch, run, lying };
}

describe('the state that asks a site vantage', () => {
  it('puts work in line with its token, for one that asks for work', async () => {
    const { branch, run, lying } = await asker();
    await branch.poll();
    await run();
    expect(await lying()).toMatchObject([
      { id: 'ab'.repeat(16), token: 'token-1', dispatch: { runId: 'run-1' } },
    ]);
  });

  it('ends with its reason, and without anything in line, for one that has never asked or not for a while', async () => {
    const { rig, branch, run, lying } = await asker();
    await expect(run()).rejects.toMatchObject({ name: 'VantageStale' });
    await branch.poll();
    rig.clock.ms += 91_000;
    await expect(run()).rejects.toMatchObject({ name: 'VantageStale' });
    expect(await lying()).toEqual([]);
  });

  it('ends at once where the fleet is stopped, and for what is no task of its own', async () => {
    const { rig, branch, run, lying } = await asker();
    await branch.poll();
    await expect(run({ dispatch: dispatchTo('branch') })).rejects.toMatchObject({
      name: 'StepContractBroken',
    });
    await rig.stop.set({ by: 'ada', at: '2026-03-01T09:00:00.000Z', reason: 'a test' });
    await expect(run()).rejects.toMatchObject({ name: 'FleetStopped' });
    expect(await lying()).toEqual([]);
  });
});
