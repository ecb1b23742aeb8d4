/** A scripted name server whose answers are made to cost time: what is verified, hashed and asked for each, counted. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { wireOf } from '../../../lib/net/dnssec/domain-name.ts';
import { createValidator } from '../../../lib/net/dnssec/validator.ts';
import { TYPES, typeNumber } from '../../../lib/net/dnssec/wire.ts';

const counted = vi.hoisted(() => ({ verified: 0, hashed: 0 }));
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>();
  return {
    ...real,
    verify: (...given: Parameters<typeof real.verify>) => {
      counted.verified += 1;
      return real.verify(...given);
    },
    createHash: (...given: Parameters<typeof real.createHash>) => {
      counted.hashed += 1;
      return real.createHash(...given);
    },
  };
});
afterEach(() => Object.assign(counted, { verified: 0, hashed: 0 }));

const NOW = Date.parse('2026-03-01T00:00:00Z');
const ED25519 = 15;
const u16 = (...values: readonly number[]): Buffer =>
  Buffer.from(values.flatMap((one) => [one >> 8, one & 255]));
const u32 = (value: number): Buffer =>
  Buffer.from([value >>> 24, value >>> 16, value >>> 8, value].map((one) => one & 255));

interface Made {
  readonly owner: string;
  readonly type: number;
  readonly data: Buffer;
}
const record = (owner: string, type: keyof typeof TYPES, data: Buffer): Made => ({
  owner,
  type: TYPES[type],
  data,
});

function tagOf(data: Buffer): number {
  let sum = 0;
  for (const [at, byte] of data.entries()) sum += at % 2 === 0 ? byte << 8 : byte;
  return (sum + ((sum >>> 16) & 0xffff)) & 0xffff;
}

/** A key of the zone that signs. */
function createKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const data = Buffer.concat([u16(257), Buffer.of(3, ED25519), key]);
  return { privateKey, data, tag: tagOf(data) };
}
type Key = ReturnType<typeof createKey>;

/** A key that nobody has, with the tag of another: its last bytes are chosen for that (RFC 4034 appendix B). */
function keyWithTag(tag: number): Buffer {
  for (;;) {
    const data = Buffer.concat([u16(257), Buffer.of(3, ED25519), randomBytes(30), u16(0)]);
    for (let last = 0; last < 0x1_0000; last += 1) {
      data.writeUInt16BE(last, data.length - 2);
      if (tagOf(data) === tag) return data;
      // The sum grows by one with the last word, so that the distance is known.
      last += Math.max(0, ((tag - tagOf(data) + 0x1_0000) & 0xffff) - 2);
    }
  }
}

const dsOf = (zone: string, { data, tag }: Pick<Key, 'data' | 'tag'>): Buffer =>
  Buffer.concat([
    u16(tag),
    Buffer.of(ED25519, 2),
    createHash('sha256').update(wireOf(zone)).update(data).digest(),
  ]);

const labels = (name: string): number => name.split('.').filter((one) => one !== '*').length;

/** The RRSIG of one set. `forged`: of the right key's tag, with a signature that is none. */
function rrsig(set: readonly Made[], zone: string, { privateKey, tag }: Key, forged = false): Made {
  const [first] = set;
  if (first === undefined) throw new Error('an empty set');
  const { owner, type } = first;
  const seconds = NOW / 1_000;
  const head = Buffer.concat([
    u16(type),
    Buffer.of(ED25519, labels(owner)),
    u32(300),
    u32(seconds + 86_400),
    u32(seconds - 86_400),
    u16(tag),
    wireOf(zone),
  ]);
  const fixed = Buffer.concat([wireOf(owner), u16(type, 1), u32(300)]);
  const sorted = set.map(({ data }) => data).sort(Buffer.compare);
  const signed = Buffer.concat([head, ...sorted.flatMap((data) => [fixed, u16(data.length), data])]);
  const signature = forged ? randomBytes(64) : sign(null, signed, privateKey);
  return record(owner, 'RRSIG', Buffer.concat([head, signature]));
}
const signed = (set: readonly Made[], zone: string, key: Key): Made[] => [...set, rrsig(set, zone, key)];

interface Answer {
  readonly answers?: readonly Made[];
  readonly authority?: readonly Made[];
  readonly rcode?: number;
}

function messageOf(name: string, type: string, { answers = [], authority = [], rcode = 0 }: Answer): Buffer {
  const bytes = ({ owner, type: number, data }: Made): Buffer =>
    Buffer.concat([wireOf(owner), u16(number, 1), u32(300), u16(data.length), data]);
  return Buffer.concat([
    u16(1, 0x8180 | rcode, 1, answers.length, authority.length, 0),
    wireOf(name),
    u16(typeNumber(type) ?? 0, 1),
    ...[...answers, ...authority].map(bytes),
  ]);
}

/** Asks for `www.example A` (or another name) of a server that knows what `script` says; `example` is the trust anchor. */
async function validated(
  script: (name: string, type: string, key: Key) => Answer | Buffer | undefined,
  name = 'www.example',
) {
  const key = createKey();
  const questions: string[] = [];
  const { validate } = createValidator({
    anchors: [`example ${key.tag} ${ED25519} 2 ${dsOf('example', key).subarray(4).toString('hex')}`],
    now: () => NOW,
    questionMs: 1_000,
    query: async (asked, type) => {
      questions.push(`${type} ${asked}`);
      const own = script(asked, type, key);
      if (Buffer.isBuffer(own)) return { code: 'NOERROR', records: [], message: own };
      const answer =
        own ??
        (type === 'DNSKEY' && asked === 'example'
          ? { answers: signed([record('example', 'DNSKEY', key.data)], 'example', key) }
          : {});
      return { code: 'NOERROR', records: [], message: messageOf(asked, type, answer) };
    },
  });
  Object.assign(counted, { verified: 0, hashed: 0 });
  return { ...(await validate(name, 'A')), questions };
}

const address = (owner: string, last = 1): Made => record(owner, 'A', Buffer.of(192, 0, 2, last));
const alias = (owner: string, to: string): Made => record(owner, 'CNAME', wireOf(to));

test('an honest answer is secure, by one signature a set', async () => {
  const seen = await validated((name, type, key) =>
    type === 'A' ? { answers: signed([address(name)], 'example', key) } : undefined,
  );
  expect(seen).toMatchObject({ status: 'secure', zone: 'example' });
  expect(counted.verified).toBe(2);
  expect(seen.questions).toEqual(['A www.example', 'DNSKEY example']);
});

describe('KeyTrap (CVE-2023-50387)', () => {
  test('100 signatures by 100 keys of one tag: eight are tried for the set', async () => {
    const seen = await validated((name, type, key) => {
      if (type === 'DNSKEY') {
        const all = Array.from({ length: 100 }, () => record('example', 'DNSKEY', keyWithTag(key.tag)));
        return { answers: signed([record('example', 'DNSKEY', key.data), ...all], 'example', key) };
      }
      const set = [address(name)];
      return { answers: [...set, ...Array.from({ length: 100 }, () => rrsig(set, 'example', key, true))] };
    });
    expect(seen).toMatchObject({
      status: 'bogus',
      fault: { is: 'excess', zone: 'example', owner: 'www.example', type: 'A' },
    });
    // One for the keys, which the true one signs.
    expect(counted.verified).toBeLessThanOrEqual(9);
    expect(seen.questions).toHaveLength(2);
  });

  test('hundreds of DS records and keys of one tag: a bounded number of digests, and none is tried as a key', async () => {
    const seen = await validated((name, type, key) => {
      if (type === 'DS' && name === 'sub.example') {
        const all = Array.from({ length: 300 }, () =>
          record(name, 'DS', Buffer.concat([u16(4_711), Buffer.of(ED25519, 2), randomBytes(32)])),
        );
        return { answers: signed(all, 'example', key) };
      }
      if (type === 'DNSKEY' && name === 'sub.example')
        return { answers: Array.from({ length: 300 }, () => record(name, 'DNSKEY', keyWithTag(4_711))) };
      if (type === 'A') return { answers: signed([address(name)], 'sub.example', { ...key, tag: 4_711 }) };
      return undefined;
    }, 'www.sub.example');
    expect(seen).toMatchObject({
      status: 'bogus',
      fault: { is: 'excess', zone: 'sub.example', type: 'DNSKEY' },
    });
    expect(counted.hashed).toBeLessThanOrEqual(34);
    expect(counted.verified).toBeLessThanOrEqual(2);
  });

  test('denials without number, each with signatures that fail: eight sets of eight', async () => {
    const seen = await validated((_name, type, key) => {
      if (type !== 'A') return undefined;
      const sets = Array.from({ length: 60 }, (_, n) => [
        record(`a${n}.example`, 'NSEC', Buffer.concat([wireOf('z.example'), Buffer.of(0, 1, 0x40)])),
      ]);
      return {
        rcode: 3,
        authority: sets.flatMap((set) => [
          ...set,
          ...Array.from({ length: 20 }, () => rrsig(set, 'example', key, true)),
        ]),
      };
    });
    expect(seen).toMatchObject({ status: 'bogus', fault: { is: 'excess' } });
    expect(counted.verified).toBeLessThanOrEqual(65);
  });
});

describe('denials', () => {
  test('NSEC3 with 65,535 iterations is not computed, and believed unsigned (CVE-2023-50868)', async () => {
    const seen = await validated((_name, type, key) => {
      if (type !== 'A') return undefined;
      const data = Buffer.concat([
        Buffer.of(1, 0),
        u16(65_535),
        Buffer.of(8, ...randomBytes(8), 20, ...randomBytes(20)),
        Buffer.of(0, 1, 0x40),
      ]);
      const set = [record('0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example', 'NSEC3', data)];
      return { rcode: 3, authority: signed(set, 'example', key) };
    });
    expect(seen).toMatchObject({ status: 'insecure', zone: 'example', reason: 'opt-out' });
    expect(counted.hashed).toBeLessThanOrEqual(2);
  });

  test.each([
    ['about other names', 'x.example', 'z.example', false],
    ['by a key that nobody has', 'a.example', 'z.example', true],
  ])('NSEC %s proves nothing', async (_, owner, next, forged) => {
    const seen = await validated((_name, type, key) => {
      if (type !== 'A') return undefined;
      const set = [record(owner, 'NSEC', Buffer.concat([wireOf(next), Buffer.of(0, 1, 0x40)]))];
      return { rcode: 3, authority: [...set, rrsig(set, 'example', key, forged)] };
    });
    expect(seen.status).toBe('bogus');
    expect(seen.fault?.is).toBe(forged ? 'invalid' : 'denial');
    expect(counted.verified).toBeLessThanOrEqual(2);
  });
});

describe('aliases', () => {
  test('in a circle, each rightly signed: one question, and an end', async () => {
    const seen = await validated((_name, type, key) =>
      type === 'A'
        ? {
            answers: [
              ...signed([alias('www.example', 'b.example')], 'example', key),
              ...signed([alias('b.example', 'www.example')], 'example', key),
            ],
          }
        : undefined,
    );
    expect(seen.aliases).toEqual(['b.example']);
    expect(seen.questions).toHaveLength(2);
    expect(counted.verified).toBe(3);
  });

  test('without end: ten are followed', async () => {
    const seen = await validated((name, type, key) => {
      const next = `${Number(/\d+/.exec(name)?.[0] ?? 0) + 1}.example`;
      return type === 'A' ? { answers: signed([alias(name, next)], 'example', key) } : undefined;
    });
    expect(seen).toMatchObject({ status: 'indeterminate', reason: 'too many aliases' });
    expect(seen.aliases).toHaveLength(10);
    expect(seen.questions.length).toBeLessThanOrEqual(12);
    expect(counted.verified).toBeLessThanOrEqual(12);
  });
});

describe('messages', () => {
  const head = (answers: number): Buffer =>
    Buffer.concat([u16(1, 0x8180, 1, answers, 0, 0), wireOf('www.example'), u16(1, 1)]);

  test.each([
    ['a pointer to itself', Buffer.concat([head(1), u16(0xc000 | head(1).length, 1, 1)])],
    [
      'two that point at each other',
      Buffer.concat([head(1), u16(0xc000 | (head(1).length + 2), 0xc000 | head(1).length, 1, 1)]),
    ],
    ['65,535 records that are not there', head(65_535)],
    ['a name of more than 255 bytes', Buffer.concat([head(1), Buffer.alloc(400, 1), u16(1, 1)])],
    ['nothing but a head', head(0).subarray(0, 12)],
  ])('with %s say nothing, and cost nothing', async (_, message) => {
    const seen = await validated((_name, type) => (type === 'A' ? message : undefined));
    expect(seen).toMatchObject({ status: 'indeterminate', reason: 'A of www.example: BADRESP' });
    expect(counted.verified).toBeLessThanOrEqual(1);
  });

  test('1,000 records of one set are not sorted and hashed', async () => {
    const seen = await validated((name, type, key) => {
      const set = Array.from({ length: 1_000 }, (_, n) =>
        record(name, 'A', Buffer.of(192, 0, n >> 8, n & 255)),
      );
      return type === 'A' ? { answers: [...set, rrsig(set, 'example', key)] } : undefined;
    });
    expect(seen).toMatchObject({ status: 'bogus', fault: { is: 'excess', type: 'A' } });
    expect(counted.verified).toBe(1);
  });
});
