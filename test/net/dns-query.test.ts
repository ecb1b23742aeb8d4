import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Packet } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/net/clock.ts';
import { EDNS_SIZE, MAX_MESSAGE } from '../../lib/net/dns-message.ts';
import { createDnsQuery, type DnsQuery } from '../../lib/net/dns-query.ts';
import { DNS_LIMITS } from '../../lib/net/dns-records.ts';
import { type Answer, answerTo, type DnsScript, startDnsScript } from '../servers/dns-script.ts';

const NAME = 'www.example.test';
const TRUNCATED = 0x0200;
const open: DnsScript[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function asking(answer: Answer, options: { tcp?: boolean; deadline?: AbortSignal } = {}) {
  const server = await startDnsScript(answer, options);
  open.push(server);
  const query: DnsQuery = createDnsQuery(
    { address: '127.0.0.1', port: server.port },
    {
      guard: () => undefined,
      clock: systemClock,
      deadline: options.deadline ?? new AbortController().signal,
    },
  );
  return { server, query };
}

const a = (name: string, ...all: string[]): NonNullable<Packet['answers']> =>
  all.map((data) => ({ type: 'A', name, ttl: 1, class: 'IN', data }));
const good: Answer = (asked) => [answerTo(asked, { answers: a(NAME, '192.0.2.1') })];

describe('a question to a DNS server', () => {
  it('says what came, by which way, from whom, and under which header', async () => {
    const { server, query } = await asking(good);
    expect(await query(NAME, 'A', 2_000)).toEqual({
      code: 'NOERROR',
      records: ['192.0.2.1'],
      aliases: [],
      header: { rcode: 'NOERROR', aa: false, tc: false, ra: true, ad: false },
      over: 'udp',
      from: server.address,
      ms: expect.any(Number),
    });
  });

  it('asks with EDNS of 1,232 bytes, under random ids, from random ports, in random case', async () => {
    const { server, query } = await asking(good);
    for (let count = 0; count < 8; count += 1) await query(NAME, 'A', 2_000);
    const names = server.asked.map(({ request }) => request.questions?.[0]?.name ?? '');
    expect(new Set(server.asked.map(({ request }) => request.id)).size).toBeGreaterThan(5);
    expect(new Set(names).size).toBeGreaterThan(5);
    expect(new Set(names.map((name) => name.toLowerCase()))).toEqual(new Set([NAME]));
    for (const { request } of server.asked)
      expect(request.additionals?.[0]).toMatchObject({ type: 'OPT', udpPayloadSize: EDNS_SIZE });
    expect(new Set(server.asked.map(({ port }) => port)).size).toBeGreaterThan(5);
  });

  it('asks in plain case where a server does not copy the case, and from then on', async () => {
    const { server, query } = await asking((asked) => {
      const [question] = asked.request.questions ?? [];
      if (question === undefined) return [];
      const questions = [{ ...question, name: question.name.toLowerCase() }];
      return [answerTo(asked, { questions, answers: a(NAME, '192.0.2.1') })];
    });
    expect(await query(NAME, 'A', 2_000)).toMatchObject({ code: 'NOERROR', records: ['192.0.2.1'] });
    expect(server.asked.at(-1)?.request.questions?.[0]?.name).toBe(NAME);
    const before = server.asked.length;
    await query(NAME, 'A', 2_000);
    expect(server.asked).toHaveLength(before + 1);
  });

  it.each(['FORMERR', 'NOTIMP'] as const)(
    'asks without EDNS where a server answers it with %s',
    async (code) => {
      const flags = code === 'FORMERR' ? 1 : 4;
      const { query } = await asking((asked) =>
        (asked.request.additionals ?? []).length > 0
          ? [answerTo(asked, { flags, questions: [] })]
          : [answerTo(asked, { answers: a(NAME, '192.0.2.1') })],
      );
      expect(await query(NAME, 'A', 2_000)).toMatchObject({ code: 'NOERROR', records: ['192.0.2.1'] });
    },
  );

  it('asks again when a datagram is lost, at last without EDNS', async () => {
    const { server, query } = await asking((asked) =>
      server.asked.length < 3 ? [] : [answerTo(asked, { answers: a(NAME, '192.0.2.1') })],
    );
    expect(await query(NAME, 'A', 700)).toMatchObject({ code: 'NOERROR' });
    expect(server.asked[2]?.request).toMatchObject({ additionals: [], questions: [{ name: NAME }] });
  });

  it.each<[string, (asked: Parameters<Answer>[0]) => Buffer]>([
    [
      'another id',
      (asked) => answerTo(asked, { id: asked.request.id ^ 1, answers: a(NAME, '203.0.113.66') }),
    ],
    [
      'another name',
      (asked) =>
        answerTo(asked, {
          questions: [{ type: 'A', class: 'IN', name: 'evil.example.test' }],
          answers: a('evil.example.test', '203.0.113.66'),
        }),
    ],
    [
      'another type',
      (asked) =>
        answerTo(asked, {
          questions: [{ type: 'TXT', class: 'IN', name: asked.request.questions?.[0]?.name ?? '' }],
        }),
    ],
    ['a question in place of an answer', (asked) => asked.bytes],
    ['three bytes', () => Buffer.from([1, 2, 3])],
  ])('waits on for the true answer after one with %s', async (_what, forged) => {
    const { query } = await asking((asked) => [forged(asked), ...good(asked)]);
    expect(await query(NAME, 'A', 2_000)).toMatchObject({ code: 'NOERROR', records: ['192.0.2.1'] });
  });

  it('does not hear an answer from another source', async () => {
    const stranger = createSocket('udp4');
    stranger.bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { query } = await asking((asked) => [
      { bytes: answerTo(asked, { answers: a(NAME, '203.0.113.66') }), from: stranger },
    ]);
    expect(await query(NAME, 'A', 200)).toMatchObject({ code: 'TIMEOUT', records: [] });
    stranger.close();
  });

  it('shows the IPv4 address within a mapped one', async () => {
    const { query } = await asking((asked) => [
      answerTo(asked, {
        answers: ['::ffff:127.0.0.1', '2001:db8::1'].map((data) => ({
          type: 'AAAA' as const,
          name: NAME,
          ttl: 1,
          data,
        })),
      }),
    ]);
    expect((await query(NAME, 'AAAA', 2_000)).records).toEqual(['::ffff:127.0.0.1', '2001:db8::1']);
  });

  it('counts no record that belongs to another name', async () => {
    const { query } = await asking((asked) => [
      answerTo(asked, { answers: a('elsewhere.example.test', '203.0.113.66') }),
    ]);
    expect(await query(NAME, 'A', 2_000)).toMatchObject({ code: 'NODATA', records: [] });
  });

  it('counts the records at the end of the aliases, and reports the way there', async () => {
    const { query } = await asking((asked) => [
      answerTo(asked, {
        answers: [
          { type: 'CNAME', name: 'hop.example.test', ttl: 1, data: 'end.example.test' },
          ...a('end.example.test', '192.0.2.7'),
          { type: 'CNAME', name: NAME, ttl: 1, data: 'Hop.example.test' },
        ],
      }),
    ]);
    expect(await query(NAME, 'A', 2_000)).toMatchObject({
      records: ['192.0.2.7'],
      aliases: ['hop.example.test', 'end.example.test'],
    });
  });

  it.each<[string, Partial<Packet>, string, string | undefined]>([
    [
      'a referral to the parent',
      { authorities: [{ type: 'NS', name: 'test', ttl: 1, data: 'a.nic.test' }] },
      'REFERRAL',
      'test',
    ],
    [
      'NODATA with the zone’s own NS and SOA',
      {
        authorities: [
          { type: 'NS', name: 'example.test', ttl: 1, data: 'ns.example.test' },
          { type: 'SOA', name: 'example.test', ttl: 1, data: { mname: 'ns.example.test', rname: 'x.test' } },
        ],
      },
      'NODATA',
      'example.test',
    ],
    [
      'NODATA of an authoritative server',
      { flags: 0x0400, authorities: [{ type: 'NS', name: 'example.test', ttl: 1, data: 'ns.example.test' }] },
      'NODATA',
      undefined,
    ],
    ['nothing at all', {}, 'NODATA', undefined],
    ['NOTAUTH', { flags: 9 }, 'NOTAUTH', undefined],
    ['a response code of nobody', { flags: 12 }, 'RCODE12', undefined],
  ])('reports %s', async (_what, changes, code, zone) => {
    const { query } = await asking((asked) => [answerTo(asked, changes)]);
    expect(await query(NAME, 'A', 2_000)).toMatchObject({ code, records: [], ...(zone && { zone }) });
  });

  it('asks by TCP what does not fit', async () => {
    const all = Array.from({ length: 200 }, (_, index) => `192.0.2.${index}`);
    const { server, query } = await asking((asked) => [
      asked.over === 'udp'
        ? answerTo(asked, { flags: TRUNCATED, answers: a(NAME, '203.0.113.66') })
        : answerTo(asked, { answers: a(NAME, ...all) }),
    ]);
    const reply = await query(NAME, 'A', 2_000);
    expect(reply).toMatchObject({ code: 'NOERROR', over: 'tcp', from: server.address });
    expect(reply.records).toHaveLength(DNS_LIMITS.records);
    expect(reply.records).not.toContain('203.0.113.66');
  });

  it('makes nothing of a part when TCP is refused', async () => {
    const truncated: Answer = (asked) => [
      answerTo(asked, { flags: TRUNCATED, answers: a(NAME, '192.0.2.1') }),
    ];
    const { query } = await asking(truncated, { tcp: false });
    expect(await query(NAME, 'A', 2_000)).toMatchObject({
      code: 'TRUNCATED',
      records: [],
      header: { tc: true },
    });
  });

  it.each<[string, Buffer | 'silence', string]>([
    ['stays silent', 'silence', 'TRUNCATED'],
    ['sends more than is read', Buffer.alloc(MAX_MESSAGE + 1), 'TOO-LARGE'],
    ['sends garbage', Buffer.alloc(40, 0xff), 'BADRESP'],
  ])('ends in time when TCP %s', async (_what, message, code) => {
    const { query } = await asking((asked) => {
      if (asked.over === 'udp') return [answerTo(asked, { flags: TRUNCATED })];
      return message === 'silence' ? [] : [message];
    });
    expect(await query(NAME, 'A', 500)).toMatchObject({ code, records: [] });
  });

  it.each<[string, (asked: Parameters<Answer>[0]) => Buffer]>([
    [
      'a name that points at itself',
      (asked) => withAnswerBytes(asked, `c0${answerTo(asked).length.toString(16)}`),
    ],
    ['names that point forwards', (asked) => withAnswerBytes(asked, 'c0ff')],
    ['more records than bytes', (asked) => withCounts(answerTo(asked), 65_535)],
    ['an address of two bytes', (asked) => withAnswerBytes(asked, 'c00c0001000100000001' + '0002c000')],
  ])('is not held up by %s', async (_what, hostile) => {
    const { query } = await asking((asked) => [hostile(asked)]);
    expect(await query(NAME, 'A', 2_000)).toMatchObject({ code: 'BADRESP', records: [] });
  });

  it('bounds a TXT record of 4,000 bytes and shows none of its control characters as such', async () => {
    const data = Array.from({ length: 16 }, () => Buffer.alloc(250, '\u001b[2J'));
    const { query } = await asking((asked) => [
      answerTo(asked, { answers: [{ type: 'TXT', name: NAME, ttl: 1, data }] }),
    ]);
    const { records } = await query(NAME, 'TXT', 2_000);
    expect(records[0]).toHaveLength(DNS_LIMITS.recordChars);
    expect(records[0]).toMatch(/^\\x1b\[2J/);
  });

  it('gives up a server that sends a flood of other answers', async () => {
    const { query } = await asking((asked) =>
      Array.from({ length: 500 }, () => answerTo(asked, { id: asked.request.id ^ 1 })),
    );
    expect(await query(NAME, 'A', 400)).toMatchObject({ code: 'TIMEOUT', records: [] });
  });

  it('hears nothing after the end of the run', async () => {
    const run = new AbortController();
    const { query } = await asking(
      (asked) => {
        run.abort();
        return good(asked);
      },
      { deadline: run.signal },
    );
    expect(await query(NAME, 'A', 5_000)).toMatchObject({ code: 'DEADLINE', records: [] });
    expect(await query(NAME, 'A', 5_000)).toMatchObject({ code: 'DEADLINE' });
  });

  it('knows a port where nothing listens', async () => {
    const { server, query } = await asking(good);
    open.length = 0;
    await server.close();
    expect(await query(NAME, 'A', 2_000)).toMatchObject({ code: 'ECONNREFUSED', records: [] });
  });

  it.each([
    ['a..b', 'BADNAME'],
    [`${'x'.repeat(64)}.test`, 'BADNAME'],
    [Array.from({ length: 50 }, () => 'label').join('.'), 'BADNAME'],
  ])('asks nobody for %s', async (name, code) => {
    const { server, query } = await asking(good);
    expect(await query(name, 'A', 500)).toMatchObject({ code });
    expect(server.asked).toEqual([]);
  });
});

/** A message that says that it has one answer, which begins with these bytes and ends there. */
function withAnswerBytes(asked: Parameters<Answer>[0], hex: string): Buffer {
  return Buffer.concat([withCounts(answerTo(asked), 1), Buffer.from(hex, 'hex')]);
}

function withCounts(message: Buffer, answers: number): Buffer {
  const changed = Buffer.from(message);
  changed.writeUInt16BE(answers, 6);
  return changed;
}
