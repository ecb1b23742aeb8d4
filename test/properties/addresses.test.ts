/** The address guard against the registries' own rows, and against every spelling that others read as an address. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHost } from '../../lib/input/request/host.ts';
import { nextHop } from '../../lib/kinds/http/measure/redirect.ts';
import { createGuard, judgeAddress } from '../../lib/net/guard.ts';
import { ipv4Spelling, ipv6Spelling } from './address-spellings.ts';
import { bounds, dotted, groupsOf, mayBeDialled, REGISTRY } from './iana-registries.ts';

const strict = createGuard({ allowPrivate: false });
const lab = createGuard({ allowPrivate: true });
const plain6 = (address: bigint): string =>
  groupsOf(address)
    .map((group) => group.toString(16))
    .join(':');

const MAX = { 4: (1n << 32n) - 1n, 6: (1n << 128n) - 1n } as const;

/** Addresses where mistakes are made: at the edges of every block and inside, and anywhere. */
const numberIn = (family: 4 | 6): fc.Arbitrary<bigint> => {
  const blocks = REGISTRY.filter((row) => row.family === family).map(bounds);
  const near = fc
    .tuple(fc.constantFrom(...blocks), fc.constantFrom(0, 1), fc.bigInt(-2n, 2n))
    .map(([block, end, off]) => block[end === 0 ? 0 : 1] + off)
    .filter((address) => address >= 0n && address <= MAX[family]);
  const inside = fc.constantFrom(...blocks).chain(([first, last]) => fc.bigInt(first, last));
  return fc.oneof(near, inside, fc.bigInt(0n, MAX[family]));
};
const ipv4 = numberIn(4);
const ipv6 = numberIn(6);

/** All the ways in which an IPv4 address is put into an IPv6 one. */
const EMBEDDINGS = {
  'IPv4-mapped': (v4: bigint) => (0xffffn << 32n) | v4,
  'IPv4-compatible': (v4: bigint) => v4,
  'IPv4-translated': (v4: bigint) => (0xffff0000n << 32n) | v4,
  NAT64: (v4: bigint) => (0x64ff9bn << 96n) | v4,
  'local-use NAT64': (v4: bigint) => (0x64ff9b0001n << 80n) | v4,
  '6to4': (v4: bigint) => (0x2002n << 112n) | (v4 << 80n) | 1n,
  'Teredo client': (v4: bigint) => (0x20010000n << 96n) | (0x08080808n << 64n) | (~v4 & 0xffff_ffffn),
  'Teredo server': (v4: bigint) => (0x20010000n << 96n) | (v4 << 64n) | (~0x08080808n & 0xffff_ffffn),
} as const;

describe('the guard agrees with the registries', () => {
  it('about every IPv4 address', () => {
    fc.assert(
      fc.property(ipv4, (address) => {
        expect(strict(dotted(address)) === undefined).toBe(mayBeDialled(4, address));
      }),
      { numRuns: 3_000 },
    );
  });

  it('about every IPv6 address', () => {
    fc.assert(
      fc.property(ipv6, (address) => {
        expect(strict(plain6(address)) === undefined).toBe(mayBeDialled(6, address));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each(Object.entries(EMBEDDINGS))('about the %s form of every IPv4 address', (_name, embed) => {
    fc.assert(
      fc.property(ipv4, (address) => {
        const embedded = embed(address);
        const verdict = strict(plain6(embedded));
        expect(verdict === undefined).toBe(mayBeDialled(6, embedded));
        // Whatever the registries say of the form: it gives no way to an address that is refused itself.
        if (!mayBeDialled(4, address)) expect(verdict).toBeDefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('and --allow-private never opens a form that wraps an IPv4 address, metadata, multicast or what no host has', () => {
    const wrapped = fc.tuple(fc.constantFrom(...Object.values(EMBEDDINGS)), ipv4);
    fc.assert(
      fc.property(wrapped, ([embed, address]) => {
        if (mayBeDialled(4, address) || (embed === EMBEDDINGS['IPv4-compatible'] && address === 1n)) return;
        expect(lab(plain6(embed(address)))).toBeDefined();
      }),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.oneof(fc.bigInt(224n << 24n, MAX[4]), fc.bigInt(0n, (1n << 24n) - 1n)), (address) => {
        expect(lab(dotted(address))).toBeDefined();
      }),
    );
    expect(lab('169.254.169.254')).toBe('cloud metadata');
  });
});

describe('a spelling', () => {
  it('of an IPv6 address changes nothing in its verdict', () => {
    fc.assert(
      fc.property(
        ipv6.chain((address) => fc.tuple(fc.constant(address), ipv6Spelling(groupsOf(address)))),
        ([address, text]) => {
          expect(judgeAddress(text)).toEqual(judgeAddress(plain6(address)));
        },
      ),
      { numRuns: 1_500 },
    );
  });

  const unusual = ipv4.chain((address) =>
    fc.tuple(
      fc.constant(address),
      ipv4Spelling(address).filter((text) => text !== dotted(address)),
    ),
  );

  it('of an IPv4 address in octal, hexadecimal, decimal, short or full-width form is no address to the guard', () => {
    fc.assert(
      fc.property(unusual, ([, text]) => {
        expect(strict(text)).toBe('not an IP address');
        expect(lab(text)).toBe('not an IP address');
      }),
      { numRuns: 1_000 },
    );
  });

  it('of that kind is refused where a user names a host', () => {
    fc.assert(
      fc.property(unusual, ([, text]) => {
        expect(parseHost(text).ok).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('of that kind in a redirect is judged as the address that a browser would go to', () => {
    fc.assert(
      fc.property(unusual, ([address, text]) => {
        const raw = Buffer.from(`http://${text}/`, 'utf8').toString('latin1');
        const next = nextHop(new URL('http://www.example.com/'), 302, ['Location', raw], new Set(), {
          accepted: undefined,
          acme: false,
        });
        if (next.next !== 'go') throw new Error(`not followed: ${JSON.stringify(next)}`);
        expect(next.url.hostname).toBe(dotted(address));
        expect(strict(next.url.hostname) === undefined).toBe(mayBeDialled(4, address));
      }),
      { numRuns: 1_000 },
    );
  });
});
