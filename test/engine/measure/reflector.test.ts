/** Reflectors on loopback: right, wrong, silent and hostile ones. */
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { askReflector } from '../../../lib/engine/measure/reflector.ts';
import { createSources } from '../../../lib/engine/measure/sources.ts';
import { createAuthority } from '../../certificates/authority.ts';
import { testContext } from '../../servers/probe-context.ts';
import { banner, endless, listen, type Peer, silent } from '../../servers/tcp-peers.ts';
import { check } from '../run/check.ts';
import { endpoint, fakeWorld, PUBLIC, settings, tcpSeen } from '../run/fakes.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function reflector(serve: RequestListener, tls?: { readonly key: string; readonly cert: string }) {
  const server = tls === undefined ? createHttp(serve) : createHttps(tls, serve);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const saying =
  (text: string, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'text/plain', location: '/elsewhere' }).end(text);
  };

const ask = async (text: string, status = 200, context = testContext()) =>
  askReflector({ family: 4, url: `http://127.0.0.1:${await reflector(saying(text, status))}/ip` }, context);

describe('what a reflector answers is read as an address', () => {
  it.each([
    ['plain text', '198.51.100.7', '198.51.100.7'],
    ['a line', '198.51.100.7\n', '198.51.100.7'],
    ['JSON', '{"ip":"198.51.100.7"}', '198.51.100.7'],
    ['IPv6, in one spelling', '2600:1F18:0000::0010', '2600:1f18::10'],
  ])('in %s', async (_, text, address) => {
    // Documentation addresses are of no internet, so the guard that lets them pass is the test's.
    const context = { ...testContext(), guard: () => undefined };
    expect(await ask(text, 200, context)).toEqual({
      address,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  it.each([
    ['nothing', ''],
    ['a page', '<html>198.51.100.7</html>'],
    ['a name', 'probe.example.net'],
    ['two addresses', '198.51.100.7 198.51.100.8'],
    ['an address with a zone', 'fe80::1%eth0'],
    ['an address in octal', '010.0.0.1'],
    ['broken JSON', '{"ip":"198.51.100.7"'],
    ['JSON of another form', '{"address":"198.51.100.7"}'],
    ['JSON with a number', '{"ip":3221225985}'],
    ['terminal control', '\u001b[2J198.51.100.7'],
    ['an address and a megabyte', `198.51.100.7${' '.repeat(1_000_000)}`],
  ])('%s is none', async (_, text) => {
    expect(await ask(text, 200, { ...testContext(), guard: () => undefined })).toBeUndefined();
  });

  it.each([
    ['a redirect, which is not followed', 302],
    ['an error', 500],
    ['a refusal', 404],
  ])('%s gives none', async (_, status) => {
    expect(await ask('198.51.100.7', status, { ...testContext(), guard: () => undefined })).toBeUndefined();
  });

  it.each(['10.0.0.1', '127.0.0.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1'])(
    'an address that no firewall on the internet sees is none: %s',
    async (text) => {
      const { guard } = testContext({ allowPrivate: false });
      expect(await ask(text, 200, { ...testContext(), guard })).toBeUndefined();
    },
  );
});

describe('a reflector that is', () => {
  const peer = async (serve: Parameters<typeof listen>[0]): Promise<Peer> => {
    const made = await listen(serve);
    closing.push(made.close);
    return made;
  };

  it('no web server, or never ends, gives none', async () => {
    for (const serve of [banner('220 mail.example.net ESMTP\r\n'), endless('198.51.100.7\n')]) {
      const { port } = await peer(serve);
      const asked = { family: 4 as const, url: `http://127.0.0.1:${port}/ip` };
      expect(await askReflector(asked, testContext())).toBeUndefined();
    }
  });

  it('silent is given up with the run', async () => {
    const ended = new AbortController();
    const { port } = await peer((socket) => socket.once('data', () => ended.abort()));
    const asked = { family: 4 as const, url: `http://127.0.0.1:${port}/ip` };
    expect(await askReflector(asked, testContext({ deadline: ended.signal }))).toBeUndefined();
  });

  it('on a private address is not dialled where that is not permitted', async () => {
    const target = await peer(silent);
    const asked = { family: 4 as const, url: `http://127.0.0.1:${target.port}/ip` };
    expect(await askReflector(asked, testContext({ allowPrivate: false }))).toBeUndefined();
    expect(target.received()).toHaveLength(0);
  });

  it('without an address of the family is not asked', async () => {
    const { port } = await peer(silent);
    const asked = { family: 6 as const, url: `http://127.0.0.1:${port}/ip` };
    expect(await askReflector(asked, testContext())).toBeUndefined();
  });

  it('not a web address at all gives none', async () => {
    for (const url of ['', 'ip', 'ftp://127.0.0.1/ip', 'file:///etc/hosts'])
      expect(await askReflector({ family: 4, url }, testContext())).toBeUndefined();
  });

  it('known by its certificate is believed, and another one is not', async () => {
    const ca = await createAuthority();
    const { key, chain } = await ca.issue({ names: ['reflector.test'], ip: ['127.0.0.1'] });
    const port = await reflector(saying('127.0.0.9'), { key, cert: chain });
    const asked = { family: 4 as const, url: `https://127.0.0.1:${port}/ip` };
    expect(await askReflector(asked, { ...testContext(), trustAnchors: [ca.root] })).toMatchObject({
      address: '127.0.0.9',
    });
    expect(await askReflector(asked, testContext())).toBeUndefined();
  });
});

describe('where a run came from', () => {
  it('is asked once, when the first public address is met', async () => {
    let begun = 0;
    const sources = {
      begin: () => {
        begun += 1;
      },
      known: () => [{ address: '198.51.100.7', at: '2026-03-01T10:02:11.000Z' }],
      settled: async () => undefined,
    };
    const world = fakeWorld({ allowPrivate: true, names: { 'inside.test': ['10.0.0.5'] } });
    const inside = [endpoint({ host: '127.0.0.1' }), endpoint({ host: 'inside.test' })];
    await check(inside, async (spec) => tcpSeen(spec), world, { sources });
    expect(begun).toBe(0);
    const { tail } = await check([endpoint({ host: PUBLIC })], async (spec) => tcpSeen(spec), world, {
      sources,
    });
    expect(begun).toBe(1);
    expect(tail.vantages).toMatchObject([
      { seenAs: [{ address: '198.51.100.7', at: '2026-03-01T10:02:11.000Z' }] },
    ]);
  });

  it('is asked one time, however often it is begun', async () => {
    let requests = 0;
    const port = await reflector((_, response) => {
      requests += 1;
      response.end('127.0.0.1');
    });
    const url = `http://127.0.0.1:${port}/ip`;
    const sources = createSources([{ family: 4, url }], settings({ allowPrivate: true }));
    sources.begin();
    sources.begin();
    await sources.settled();
    expect(requests).toBe(1);
    expect(sources.known()).toMatchObject([{ address: '127.0.0.1' }]);
  });

  it('stays unknown, and the run ends, when the reflector never answers', async () => {
    const quiet = await listen(silent);
    closing.push(quiet.close);
    const url = `http://127.0.0.1:${quiet.port}/ip`;
    const sources = createSources([{ family: 4, url }], settings({ allowPrivate: true }));
    sources.begin();
    await sources.settled();
    expect(sources.known()).toEqual([]);
  });
});
