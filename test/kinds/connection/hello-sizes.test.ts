/** How large a ClientHello is on the wire, and what two sizes of it prove. The peers are scripted, the handshakes are OpenSSL's own. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  compareHelloSizes,
  gotNoAnswer,
  ONE_SEGMENT_BYTES,
} from '../../../lib/kinds/connection/hello-sizes.ts';
import { type HandshakeOptions, handshake } from '../../../lib/kinds/connection/tls-handshake.ts';
import type { TlsResult } from '../../../lib/kinds/contract/tls-result.ts';
import { createAuthority } from '../../certificates/authority.ts';
import { inFakeTime } from '../../servers/fake-time.ts';
import { helloFilter, upTo, type Verdict } from '../../servers/hello-filter.ts';
import { testContext } from '../../servers/probe-context.ts';
import { banner, listen, type Peer, silent } from '../../servers/tcp-peers.ts';
import { tlsServer } from '../../servers/tls-server.ts';

const root = await createAuthority();
const { key, chain } = await root.issue({ names: ['www.test'] });
const server = await tlsServer({ key, cert: chain, ALPNProtocols: ['http/1.1'] });
const WEB = ['h2', 'http/1.1'];

const peers: Peer[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close();
});
const kept = async (peer: Promise<Peer>): Promise<Peer> => {
  const made = await peer;
  peers.push(made);
  return made;
};
const filter = (judge: (hello: Buffer, before: number) => Verdict): Promise<Peer> =>
  kept(helloFilter(server, judge));

async function shake(port: number, options: Partial<HandshakeOptions> = {}): Promise<TlsResult> {
  const context = testContext();
  const dialled = await context.dial('127.0.0.1', port, { timeoutMs: 1_000 });
  if (!dialled.ok) throw new Error('no connection');
  const { result, socket } = await handshake(
    dialled.socket,
    { host: 'www.test', servername: 'www.test', timeoutMs: 1_000, ...options },
    context,
  );
  socket?.destroy();
  return result;
}

const compare = (port: number, large = 1_600) =>
  compareHelloSizes(
    '127.0.0.1',
    port,
    { handshake: { status: 'timeout' }, servername: 'www.test', receivedBytes: 0, helloBytes: large },
    testContext(),
    6_000,
  );

describe('the ClientHello on the wire', () => {
  const sizeOf = async (options: Partial<HandshakeOptions>): Promise<number> => {
    const sizes: number[] = [];
    const { port } = await filter((hello) => {
      sizes.push(hello.length);
      return 'pass';
    });
    await shake(port, options);
    return sizes[0] ?? 0;
  };

  it('needs two segments where browsers are the clients, with and without a server name', async () => {
    expect(await sizeOf({ alpn: WEB })).toBeGreaterThan(ONE_SEGMENT_BYTES);
    expect(await sizeOf({ alpn: ['http/1.1'] })).toBeGreaterThan(ONE_SEGMENT_BYTES);
    expect(await sizeOf({ alpn: WEB, servername: '127.0.0.1', host: '127.0.0.1' })).toBeGreaterThan(
      ONE_SEGMENT_BYTES,
    );
  });

  it('is a small one elsewhere, and for mail', async () => {
    expect(await sizeOf({})).toBeLessThan(600);
    expect(await sizeOf({ offer: 'all' })).toBeLessThan(600);
  });

  it('is counted where it got no answer', async () => {
    const { port, received } = await kept(listen(silent));
    const result = await inFakeTime(() => shake(port, { alpn: WEB }));
    expect(result).toMatchObject({ handshake: { status: 'timeout' }, receivedBytes: 0 });
    expect(result.helloBytes).toBe(received().length);
    expect(gotNoAnswer(result)).toBe(true);
  });

  it('is not counted where it got one', async () => {
    const strict = await tlsServer({ key, cert: chain, ALPNProtocols: ['other'] });
    const result = await shake(strict, { alpn: WEB });
    expect(result).toMatchObject({ handshake: { status: 'alert', number: 120 } });
    expect(result.helloBytes).toBeUndefined();
    expect(gotNoAnswer(result)).toBe(false);
  });
});

describe('names that make the hello large', () => {
  const PADDED = 'inbound-check/padding';
  const complete = { handshake: { status: 'complete' }, alpn: 'http/1.1' };

  it('do not keep a strict server from choosing a known one', async () => {
    expect(await shake(server, { alpn: WEB })).toMatchObject(complete);
  });

  it('are not held against a server that refuses them by an alert', async () => {
    const strict = await tlsServer({
      key,
      cert: chain,
      ALPNCallback: ({ protocols }) =>
        protocols.some((name) => name.includes(PADDED)) ? undefined : 'http/1.1',
    });
    const result = await shake(strict, { alpn: WEB });
    expect(result).toMatchObject(complete);
    expect(result.asBrowser).toBeUndefined();
  });

  it('are not held against one that closes the connection because of them', async () => {
    const { port } = await filter((hello) => (hello.includes(PADDED) ? 'reset' : 'pass'));
    expect(await inFakeTime(() => shake(port, { alpn: WEB }))).toMatchObject(complete);
  });

  it('are no excuse for one that closes the first connection, or every second', async () => {
    const first = await filter((_, before) => (before === 0 ? 'reset' : 'pass'));
    expect((await inFakeTime(() => shake(first.port, { alpn: WEB }))).handshake.status).toBe('closed');
    const second = await filter((_, before) => (before % 2 === 0 ? 'reset' : 'pass'));
    expect((await inFakeTime(() => shake(second.port, { alpn: WEB }))).handshake.status).toBe('closed');
  });

  it('are no excuse where the size is the reason', async () => {
    const { port } = await filter(upTo(ONE_SEGMENT_BYTES, 'reset'));
    const result = await inFakeTime(() => shake(port, { alpn: WEB }));
    expect(result.handshake).toMatchObject({ status: 'closed', by: 'reset' });
    expect(gotNoAnswer(result)).toBe(true);
  });
});

describe('two sizes of a hello', () => {
  it.each(['swallow', 'reset'] as const)(
    'differ where a firewall has to %s the large one',
    async (otherwise) => {
      const sizes: number[] = [];
      const { port } = await filter((hello) => {
        sizes.push(hello.length);
        return upTo(ONE_SEGMENT_BYTES, otherwise)(hello);
      });
      expect(await inFakeTime(() => compare(port))).toEqual({
        small: sizes[0],
        large: 1_600,
        answered: true,
        largeAnswered: false,
      });
      expect(sizes).toEqual([sizes[0], 1_600, 1_600, sizes[0]]);
      expect(sizes[0]).toBeLessThan(600);
    },
  );

  it('are answered by a server that takes both, and asked no more than once', async () => {
    let asked = 0;
    const { port } = await filter(() => {
      asked += 1;
      return 'pass';
    });
    expect(await compare(port)).toMatchObject({ answered: true, largeAnswered: true });
    expect(asked).toBe(2);
  });

  it('count as answered by an alert', async () => {
    const modern = await tlsServer({ key, cert: chain, minVersion: 'TLSv1.3' });
    const { port } = await kept(helloFilter(modern, upTo(ONE_SEGMENT_BYTES, 'reset')));
    expect(await compare(port)).toMatchObject({ answered: true, largeAnswered: false });
  });

  it('are no question where nothing is answered', async () => {
    const { port } = await filter(() => 'swallow');
    expect(await inFakeTime(() => compare(port))).toMatchObject({ answered: false });
  });

  it.each<[string, (before: number) => boolean]>([
    ['every second connection hangs', (before) => before % 2 === 1],
    ['only the first connection works', (before) => before > 0],
    ['the fault has gone by after the first large one', (before) => before === 1],
  ])('prove nothing where %s', async (_, hangs) => {
    const { port } = await filter((__, before) => (hangs(before) ? 'swallow' : 'pass'));
    const seen = await inFakeTime(() => compare(port));
    expect(seen?.largeAnswered ?? 'unknown').not.toBe(false);
  });

  it('prove nothing about what speaks another protocol, or can not be reached', async () => {
    const { port } = await kept(listen(banner('220 ready\r\n')));
    expect(await compare(port)).toBeUndefined();
    const gone = await listen(silent);
    await gone.close();
    expect(await compare(gone.port)).toBeUndefined();
  });

  it('are not tried after the end of the run', async () => {
    const { port } = await filter(() => 'pass');
    const ended = AbortSignal.abort();
    expect(
      await compareHelloSizes(
        '127.0.0.1',
        port,
        { handshake: { status: 'timeout' }, receivedBytes: 0, helloBytes: 1_600 },
        testContext({ deadline: ended }),
        6_000,
      ),
    ).toBeUndefined();
  });
});
