import { expect, it } from 'vitest';
import { CALLS_AT_A_TIME } from '../../../lib/service/runs/limits.ts';
import { principalOf } from '../../../lib/service/runs/principal.ts';
import { countRun, mayRun } from '../../../lib/service/runs/rate-limit.ts';
import { memoryItems } from '../state/memory-items.ts';

const AT = Date.parse('2026-03-01T23:59:59.999Z');
const run = (runId: string, targets: readonly string[], at = AT) => ({
  runId,
  requestedBy: 'ada',
  targets,
  at,
});
const limits = { perTarget: 1, perRequester: 10 };

it('lets whoever asks first look whether a run would be let in, without counting it', async () => {
  const items = memoryItems();
  expect(await mayRun(run('a', ['shop']), limits, items)).toBeUndefined();
  expect(await mayRun(run('b', ['shop']), limits, items)).toBeUndefined();
  expect(await countRun(run('a', ['shop']), limits, items)).toBeUndefined();
  expect(await mayRun(run('b', ['shop']), limits, items)).toMatchObject({
    message: expect.stringContaining('try again at 00:00 UTC'),
  });
  expect(await mayRun(run('a', ['shop']), limits, items)).toBeUndefined();
});

it('counts a run that one of its targets refuses for none of the others', async () => {
  const items = memoryItems();
  await countRun(run('a', ['shop']), limits, items);
  expect(await countRun(run('b', ['other', 'shop']), limits, items)).toBeDefined();
  expect(await countRun(run('c', ['other']), limits, items)).toBeUndefined();
});

it('goes by the hosts that a run contacts where its targets have any name, and leaves the target of that name its runs', async () => {
  const items = memoryItems();
  const vouched = (runId: string, name: string) => ({ ...run(runId, [name]), hosts: ['www.example.com'] });
  expect(await countRun(vouched('a', 'shop'), limits, items)).toBeUndefined();
  expect(await mayRun(vouched('b', 'SHOP'), limits, items)).toMatchObject({
    message: expect.stringContaining('of the host www.example.com'),
  });
  expect(await countRun(vouched('b', 'another'), limits, items)).toBeDefined();
  expect(await countRun(run('c', ['shop']), limits, items)).toBeUndefined();
});

it('begins again with each hour of the clock', async () => {
  const items = memoryItems();
  await countRun(run('a', ['shop']), limits, items);
  expect(await countRun(run('b', ['shop'], AT + 1), limits, items)).toBeUndefined();
});

it('counts by role, whatever its sessions call themselves, by an execution that somebody started directly, too', async () => {
  const items = memoryItems();
  const by = (runId: string, session: string) => ({
    ...run(runId, [runId]),
    requestedBy: `arn:aws:sts::123456789012:assumed-role/operator/${session}`,
  });
  const one = { perTarget: 10, perRequester: 1 };
  expect(await countRun(by('a', 'ada'), one, items)).toBeUndefined();
  expect(await countRun(by('b', 'grace'), one, items)).toEqual({
    message: expect.stringMatching(/^1 runs by arn:aws:sts::123456789012:assumed-role\/operator in the hour/),
  });
});

it.each([
  ['arn:aws:sts::1:assumed-role/operator/a/b', 'arn:aws:sts::1:assumed-role/operator'],
  ['arn:aws-cn:sts::1:federated-user/eve', 'arn:aws-cn:sts::1:federated-user'],
  ['arn:aws:iam::1:user/division/ada', 'arn:aws:iam::1:user/division/ada'],
  ['arn:aws:iam::1:root', 'arn:aws:iam::1:root'],
  ['schedule:arn:aws:sts::1:assumed-role/x/y', 'schedule:arn:aws:sts::1:assumed-role/x/y'],
])('%s counts as %s', (arn, principal) => {
  expect(principalOf(arn)).toBe(principal);
});

it('asks for the counts of very many hosts a few at a time', async () => {
  let underWay = 0;
  let most = 0;
  const asked = new Set<string>();
  const admitted = async ({ pk }: { readonly pk: string }): Promise<ReadonlySet<string>> => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    asked.add(pk);
    return new Set();
  };
  const hosts = Array.from({ length: 600 }, (_, index) => `host-${index}.example`);
  expect(await mayRun({ ...run('a', ['shop']), hosts }, limits, { admitted })).toBeUndefined();
  expect([most, asked.size]).toEqual([CALLS_AT_A_TIME, 601]);
});
