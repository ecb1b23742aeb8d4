/** Weak cipher suites: what is offered, what a server chooses, what it costs, and what is said of it. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { weakCipherWords } from '../../../lib/kinds/connection/outcome-words.ts';
import { asksWeakCiphers, MOST_CONNECTIONS } from '../../../lib/kinds/connection/tls-weak-ciphers.ts';
import { WEAK_SUITES, WEAKNESSES, weaknessOf } from '../../../lib/kinds/connection/weak-suites.ts';
import type { TlsResult } from '../../../lib/kinds/contract/tls-result.ts';
import { createAuthority } from '../../certificates/authority.ts';
import { listen, type Peer } from '../../servers/tcp-peers.ts';
import { tlsServer } from '../../servers/tls-server.ts';
import { observeTls } from '../tls/scenario.ts';

const root = await createAuthority();
const { key, cert } = await root.issue({ names: ['www.test'] });
const anchors = [root.root];
const asked = { anchors, spec: { weakCiphers: true } };
const STRONG = 'ECDHE-ECDSA-AES128-GCM-SHA256';

const peers: Peer[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close();
});

const numbers = (bytes: Buffer): number[] =>
  Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readUInt16BE(2 * at));

/** The suites of a ClientHello: behind the heads, version, random and session id. */
function offered(hello: Buffer): number[] {
  const at = 44 + (hello[43] ?? 0);
  return numbers(hello.subarray(at + 2, at + 2 + hello.readUInt16BE(at)));
}

/** A ServerHello of TLS 1.2 and a certificate that never ends in the same record, as Schannel sends it. */
function serverHello(suite: number, sessionId = Buffer.alloc(32, 7)): Buffer {
  const body = Buffer.concat([
    Buffer.of(3, 3),
    Buffer.alloc(32, 1),
    Buffer.of(sessionId.length),
    sessionId,
    Buffer.of(suite >> 8, suite & 0xff, 0),
  ]);
  const message = Buffer.concat([Buffer.of(2, 0, 0, body.length), body, Buffer.of(11, 0, 32, 0)]);
  return Buffer.concat([Buffer.of(22, 3, 3, 0x20, 0), message]);
}

const ALERT_40 = Buffer.of(21, 3, 3, 0, 2, 2, 40);
const isWeakAlone = (hello: Buffer): boolean =>
  offered(hello).every(
    (suite) =>
      suite === 0xff || WEAKNESSES.some((weak) => WEAK_SUITES[weak].some(({ number }) => number === suite)),
  );

/** In front of a server in good order: answers offers of weak suites alone itself. Counts those. */
async function inFront(answer: (hello: Buffer, socket: Socket) => void) {
  const target = await tlsServer({ key, cert, maxVersion: 'TLSv1.2' });
  const weakOffers: number[][] = [];
  const peer = await listen((socket) => {
    socket.once('data', (hello: Buffer) => {
      if (isWeakAlone(hello)) {
        weakOffers.push(offered(hello));
        return answer(hello, socket);
      }
      const server = connect(target, '127.0.0.1');
      server.on('error', () => socket.destroy());
      server.write(hello);
      socket.pipe(server).pipe(socket);
    });
  });
  peers.push(peer);
  return { port: peer.port, weakOffers };
}

/** A server that has these suites and chooses what it likes best. */
const chooses =
  (...suites: readonly number[]) =>
  (hello: Buffer, socket: Socket): void => {
    const suite = suites.find((each) => offered(hello).includes(each));
    socket.end(suite === undefined ? ALERT_40 : serverHello(suite));
  };

describe('a real server', () => {
  const withCiphers = (ciphers: string, minVersion: 'TLSv1' | 'TLSv1.2' = 'TLSv1.2'): Promise<number> =>
    tlsServer({ key, cert, ciphers: `${ciphers}@SECLEVEL=0`, minVersion });

  test('in good order refuses at once, and nothing is wrong with it', async () => {
    const port = await withCiphers(STRONG);
    const seen = await observeTls(port, asked);
    expect(seen.tls.weakCiphers).toEqual({ accepted: [], complete: true });
    expect(seen.faults).toEqual([]);
    expect(seen.observation.exchange.at(-1)?.text).toBe(
      'of weak cipher suites none accepted (separate connections)',
    );
  });

  test('with anonymous and NULL suites: both, the worse one first, and no others', async () => {
    const port = await withCiphers(`${STRONG}:ECDHE-ECDSA-NULL-SHA:AECDH-AES128-SHA`);
    const seen = await observeTls(port, asked);
    expect(seen.tls.weakCiphers).toEqual({
      accepted: ['TLS_ECDH_anon_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_ECDSA_WITH_NULL_SHA'],
      complete: true,
    });
    expect(seen.faults).toEqual(['tls.weak-cipher warn']);
    expect(seen.summaryOf('tls.weak-cipher')).toBe(
      'www.test still accepts anonymous suites, with which anybody can pose as the server and suites that encrypt nothing (NULL): ' +
        'offered nothing better, it chose TLS_ECDH_anon_WITH_AES_128_CBC_SHA and TLS_ECDHE_ECDSA_WITH_NULL_SHA. ' +
        'Clients of today choose better ones, and are not affected.',
    );
    expect(seen.state).toBe('open');
  });

  test('is not asked unless the user wants it, or it accepts an old TLS', async () => {
    const weak = `${STRONG}:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-NULL-SHA`;
    const modern = await withCiphers(weak);
    expect((await observeTls(modern, { anchors, spec: { oldProtocols: true } })).faults).toEqual([]);
    const old = await withCiphers(weak, 'TLSv1');
    const seen = await observeTls(old, { anchors, spec: { oldProtocols: true } });
    expect(seen.faults).toEqual(['tls.protocol-too-old warn', 'tls.weak-cipher warn']);
    expect(seen.tls.weakCiphers).toEqual({ accepted: ['TLS_ECDHE_ECDSA_WITH_NULL_SHA'], complete: true });
  });

  test('of TLS 1.3 alone is not asked, since it has no such suites', async () => {
    let connections = 0;
    const target = await tlsServer({ key, cert, minVersion: 'TLSv1.3' });
    const peer = await listen((socket) => {
      connections += 1;
      const server = connect(target, '127.0.0.1');
      server.on('error', () => socket.destroy());
      socket.pipe(server).pipe(socket);
    });
    peers.push(peer);
    const seen = await observeTls(peer.port, { anchors, spec: { oldProtocols: true, weakCiphers: true } });
    expect(seen.tls).toMatchObject({ oldestProtocol: 'TLSv1.3' });
    expect(seen.tls.weakCiphers).toBeUndefined();
    // The handshake, the offer of TLS 1.1 and that of TLS 1.2.
    expect(connections).toBe(3);
  });
});

describe('connections', () => {
  test('a server that refuses costs one', async () => {
    const { port, weakOffers } = await inFront(chooses());
    const seen = await observeTls(port, asked);
    expect(seen.tls.weakCiphers).toEqual({ accepted: [], complete: true });
    expect(weakOffers).toHaveLength(1);
    for (const suite of [0x0003, 0x0005, 0x000a, 0x003b, 0xc018]) expect(weakOffers[0]).toContain(suite);
    expect(weakOffers[0]?.at(-1)).toBe(0x00ff);
  });

  test('each asks without what has been found, three at most, and what was not asked is said', async () => {
    const { port, weakOffers } = await inFront(chooses(0x000a, 0x0005, 0x0004, 0x0003, 0x0009));
    const seen = await observeTls(port, asked);
    expect(seen.tls.weakCiphers).toEqual({
      accepted: [
        'TLS_RSA_EXPORT_WITH_RC4_40_MD5',
        'TLS_RSA_WITH_RC4_128_SHA',
        'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
      ],
      complete: false,
    });
    expect(weakOffers).toHaveLength(MOST_CONNECTIONS);
    expect(weakOffers[1]).not.toContain(0xc012);
    expect(weakOffers[2]).not.toContain(0x0004);
    expect(seen.summaryOf('tls.weak-cipher')).toContain(
      'accepts export suites of 40 or 56 bits, RC4 and 3DES: offered nothing better',
    );
    expect(seen.summaryOf('tls.weak-cipher')).toContain('there may be more');
  });

  test.each<[string, (hello: Buffer, socket: Socket) => void, TlsResult['weakCiphers']]>([
    ['closes', (_, socket) => socket.end(), { accepted: [], complete: true }],
    ['resets', (_, socket) => socket.resetAndDestroy(), { accepted: [], complete: true }],
    ['speaks no TLS', (_, socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n'), undefined],
    ['chooses what was not offered', (_, socket) => socket.end(serverHello(0xc02f)), undefined],
    ['sends another message', (_, socket) => socket.end(Buffer.of(22, 3, 3, 0, 4, 11, 0, 0, 0)), undefined],
    [
      'ends in the middle of its answer',
      (_, socket) => socket.end(serverHello(0x0005).subarray(0, 70)),
      { accepted: [], complete: true },
    ],
  ])('a server that %s', async (_, answer, expected) => {
    const { port, weakOffers } = await inFront(answer);
    const seen = await observeTls(port, asked);
    expect(seen.tls.weakCiphers).toEqual(expected);
    expect(seen.faults).toEqual([]);
    expect(weakOffers).toHaveLength(1);
  });

  test('an answer byte by byte, without a session id, is read', async () => {
    const { port } = await inFront(async (hello, socket) => {
      if (!offered(hello).includes(0x0005)) return void socket.end(ALERT_40);
      for (const byte of serverHello(0x0005, Buffer.alloc(0)).subarray(0, 60)) {
        if (socket.destroyed) return;
        socket.write(Buffer.of(byte));
        await new Promise(setImmediate);
      }
    });
    const seen = await observeTls(port, asked);
    expect(seen.tls.weakCiphers).toEqual({ accepted: ['TLS_RSA_WITH_RC4_128_SHA'], complete: true });
  });
});

describe('whether to ask', () => {
  const complete: TlsResult = { handshake: { status: 'complete' } };
  const alert: TlsResult = { handshake: { status: 'alert', number: 40, name: 'handshake_failure' } };
  test.each([
    ['by default', { expect: 'open' }, complete, { oldestProtocol: 'TLSv1.2' }, false],
    ['where asked', { expect: 'open', weakCiphers: true }, complete, {}, true],
    ['with an old TLS', { expect: 'open' }, complete, { oldestProtocol: 'TLSv1' }, true],
    ['of mail with an old TLS', { expect: 'open' }, complete, { oldestProtocol: 'TLSv1' }, false, 'mail'],
    ['of mail where asked', { expect: 'open', weakCiphers: true }, complete, {}, true, 'mail'],
    ['of what must be closed', { expect: 'closed', weakCiphers: true }, complete, {}, false],
    ['after a failure', { expect: 'open', weakCiphers: true }, alert, {}, false],
  ] as const)('%s', (_, spec, tls, protocols, expected, whom: 'web' | 'mail' = 'web') => {
    expect(asksWeakCiphers(spec, tls, protocols, whom)).toBe(expected);
  });
});

test('no suite is listed twice, and each is known by its name', () => {
  const all = WEAKNESSES.flatMap((weakness) =>
    WEAK_SUITES[weakness].map((suite) => ({ weakness, ...suite })),
  );
  expect(new Set(all.map(({ number }) => number)).size).toBe(all.length);
  for (const { weakness, name } of all) expect(weaknessOf(name)).toBe(weakness);
  expect(weaknessOf('TLS_RSA_WITH_AES_128_CBC_SHA')).toBeUndefined();
});

test('what is read of it in the evidence', () => {
  expect(weakCipherWords({ accepted: [], complete: true })).toBe('none accepted');
  expect(weakCipherWords({ accepted: ['A', 'B'], complete: false })).toBe('accepted: A, B, and perhaps more');
});
