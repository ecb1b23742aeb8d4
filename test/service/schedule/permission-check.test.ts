import { expect, test } from 'vitest';
import type { OwnershipAnswer } from '../../../lib/service/ports/ownership.ts';
import { createPermissionCheck } from '../../../lib/service/schedule/permission-check.ts';
import type { TargetRecord } from '../../../lib/service/state/target-record.ts';
import { createTargetStore } from '../../../lib/service/state/targets.ts';
import { memoryItems } from '../state/memory-items.ts';

const NOW = Date.parse('2026-07-20T00:00:00.000Z');
const proof = (host: string, lapsedSince?: string) => ({
  host,
  method: 'dns-txt' as const,
  below: false,
  at: '2026-07-01T00:00:00.000Z',
  ...(lapsedSince !== undefined && { lapsedSince }),
});
const FOUND = (host: string) => ({ host, proven: { method: 'dns-txt' as const, at: host, below: false } });
const NOTHING = (host: string) => ({ host, seen: [`TXT _inbound-check.${host}: no such name`] });

async function standingOf(record: Partial<TargetRecord>, answer: OwnershipAnswer) {
  const targets = createTargetStore(memoryItems());
  await targets.put(
    { name: 'shop', hosts: ['a.example', 'b.example'], challenge: 'inbound-check=1', ...record },
    undefined,
  );
  let asked = 0;
  const standing = await createPermissionCheck({
    targets,
    prove: async () => {
      asked += 1;
      return answer;
    },
    now: () => NOW,
  })('shop');
  return { standing, asked, record: await targets.get('shop') };
}

const looked = (...hosts: (ReturnType<typeof FOUND> | ReturnType<typeof NOTHING>)[]): OwnershipAnswer => ({
  status: 'looked',
  hosts,
});

test('what is still proven may be probed', async () => {
  const proofs = [proof('a.example'), proof('b.example')];
  const { standing } = await standingOf({ proofs }, looked(FOUND('a.example'), FOUND('b.example')));
  expect(standing).toEqual({ status: 'authorised' });
});

test('what has just lapsed still counts, and is on record as lapsing', async () => {
  const proofs = [proof('a.example'), proof('b.example')];
  const { standing, record } = await standingOf({ proofs }, looked(FOUND('a.example'), NOTHING('b.example')));
  expect(standing).toEqual({ status: 'authorised' });
  expect(record?.proofs?.find(({ host }) => host === 'b.example')?.lapsedSince).toBe(
    '2026-07-20T00:00:00.000Z',
  );
});

test('after the grace time the run leaves out what lapsed', async () => {
  const proofs = [proof('a.example'), proof('b.example', '2026-07-12T00:00:00.000Z')];
  const { standing } = await standingOf({ proofs }, looked(FOUND('a.example'), NOTHING('b.example')));
  expect(standing).toEqual({
    status: 'authorised',
    without: 'nobody has proven, or vouches for, b.example',
  });
});

test('and does not take place when nothing is left', async () => {
  const proofs = [proof('a.example', '2026-07-12T00:00:00.000Z')];
  const { standing } = await standingOf({ proofs }, looked(NOTHING('a.example'), NOTHING('b.example')));
  expect(standing).toEqual({
    status: 'not-authorised',
    detail: 'nobody has proven, or vouches for, a.example, b.example',
  });
});

test('a look-up that can’t be made changes nothing', async () => {
  const proofs = [proof('a.example'), proof('b.example')];
  const { standing } = await standingOf({ proofs }, { status: 'unavailable', message: 'throttled' });
  expect(standing).toEqual({ status: 'authorised' });
});

test('what an operator vouches for is not looked up', async () => {
  const vouch = {
    by: 'ops',
    reason: 'contract',
    at: '2026-01-01T00:00:00.000Z',
    hosts: ['a.example', 'b.example'],
  };
  const { standing, asked } = await standingOf({ vouch }, looked());
  expect([standing, asked]).toEqual([{ status: 'authorised' }, 0]);
});

test('a target that was removed is not registered', async () => {
  const standing = createPermissionCheck({
    targets: createTargetStore(memoryItems()),
    prove: async () => looked(),
    now: () => NOW,
  });
  expect(await standing('ghost')).toMatchObject({ status: 'not-registered' });
});
