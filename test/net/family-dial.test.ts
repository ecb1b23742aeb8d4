import { describe, expect, it } from 'vitest';
import { describeDial } from '../../lib/net/dial.ts';
import { createFamilyDial, NO_SUCH_FAMILY } from '../../lib/net/family-dial.ts';
import type { GuardedDial } from '../../lib/net/network-access.ts';

function dialler(families: readonly (4 | 6)[], everywhere: boolean) {
  const dialled: string[] = [];
  const silent: GuardedDial = async (address) => {
    dialled.push(address);
    return { ok: false, result: { status: 'timeout' }, ms: 100 };
  };
  return { dialled, dial: createFamilyDial(silent, families, { everywhere }) };
}
const REFUSED = {
  ok: false,
  result: { status: 'unreachable', code: NO_SUCH_FAMILY, local: true },
  ms: 0,
};

describe('the dial of a vantage without one family', () => {
  it.each([
    ['IPv4 beside IPv6 alone', [6], true, '192.0.2.1'],
    ['IPv4 on loopback, where the vantage judges IPv6 alone', [6], true, '127.0.0.1'],
    ['IPv6 beside IPv4 alone', [4], false, '2001:4860:4860::8888'],
  ] as const)('refuses %s as ours, without a packet', async (_, families, everywhere, address) => {
    const { dial, dialled } = dialler(families, everywhere);
    expect(await dial(address, 443, { timeoutMs: 100 })).toEqual(REFUSED);
    expect(dialled).toEqual([]);
  });

  it.each([
    ['IPv6 where it has that alone', [6], true, '2001:4860:4860::8888'],
    ['IPv4 where it has that alone', [4], false, '8.8.8.8'],
    ['IPv6 on loopback, whatever the way to the internet has', [4], false, '::1'],
    ['a private IPv6 address, likewise', [4], false, 'fd00::1'],
    ['IPv6 where it has both', [4, 6], false, '2001:4860:4860::8888'],
  ] as const)('dials %s', async (_, families, everywhere, address) => {
    const { dial, dialled } = dialler(families, everywhere);
    expect(await dial(address, 443, { timeoutMs: 100 })).toMatchObject({ result: { status: 'timeout' } });
    expect(dialled).toEqual([address]);
  });

  it('says so in the evidence', async () => {
    const { dial } = dialler([6], true);
    const dialled = await dial('8.8.8.8', 443, { timeoutMs: 100 });
    expect(describeDial('8.8.8.8', 443, dialled)).toBe(
      'no packet was sent to 8.8.8.8:443: there is no IPv4 here',
    );
  });
});
