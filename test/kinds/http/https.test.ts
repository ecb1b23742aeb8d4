import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import { createServer } from 'node:https';
import { createServer as createTlsServer } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, type Issued } from '../../certificates/authority.ts';
import { listening, observeHttp, page, redirectTo } from './scenario.ts';

const DAY = 86_400_000;
let ca: Authority;
let good: Issued;
beforeAll(async () => {
  ca = await createAuthority();
  good = await ca.issue({ names: ['www.test'], ip: ['127.0.0.1'] });
});
const trusted = () => ({ kind: 'https' as const, anchors: [ca.root] });
const keyPair = ({ key, chain }: Issued) => ({ key, cert: chain });

async function http2Server(serve: (stream: ServerHttp2Stream) => void, allowHTTP1 = false): Promise<number> {
  const server = createSecureServer({ ...keyPair(good), allowHTTP1 });
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    serve(stream);
  });
  server.on('sessionError', () => {});
  if (allowHTTP1) {
    server.on('request', (request, response) => {
      if (request.httpVersionMajor === 1) response.end('over http/1.1');
    });
  }
  return listening(server);
}

describe('https over HTTP/1.1', () => {
  it('is open with the facts of its handshake', async () => {
    const seen: unknown[] = [];
    const server = createServer(keyPair(good), (request, response) => {
      seen.push([request.headers.host, Reflect.get(request.socket, 'servername')]);
      response.end('<title>Secure</title>');
    });
    const port = await listening(server);
    const { http, last, observation, state, faults, exchange } = await observeHttp(port, trusted());
    expect({ state, faults }).toEqual({ state: 'open', faults: [] });
    expect(seen).toEqual([[`www.test:${port}`, 'www.test']]);
    expect(http).toMatchObject({ title: 'Secure', http2: false });
    expect(last?.tls).toMatchObject({
      handshake: { status: 'complete' },
      servername: 'www.test',
      protocol: 'TLSv1.3',
      trust: { status: 'anchored' },
      nameMatch: { ok: true },
    });
    expect(observation.timings.tls).toBeGreaterThan(0);
    expect(exchange).toContain('TLS handshake done');
    expect(exchange).toContain(`sent: GET / HTTP/1.1\\r\\nHost: www.test:${port}`);
  });

  it('sends no server name for an address', async () => {
    const port = await listening(createServer(keyPair(good), (_, response) => response.end('x')));
    const { last, faults } = await observeHttp(port, { ...trusted(), host: '127.0.0.1' });
    expect(last?.tls?.servername).toBeUndefined();
    expect(faults).toEqual([]);
  });

  it('names every fault of the certificate, and stays open', async () => {
    const bad = await ca.issue({
      names: ['other.test'],
      notBefore: new Date(Date.now() - 90 * DAY),
      notAfter: new Date(Date.now() - DAY),
    });
    const port = await listening(createServer(keyPair(bad), (_, response) => response.end('x')));
    const { state, faults } = await observeHttp(port, trusted());
    expect(state).toBe('open');
    expect(faults).toEqual(['tls.cert-expired fail', 'tls.cert-name-mismatch fail']);
  });

  it('names the certificate of a redirect target once, under the name that is asked there', async () => {
    const server = createServer(keyPair(good), (request, response) => {
      if (request.url === '/') response.writeHead(302, { Location: '/next' }).end();
      else response.end('x');
    });
    const target = await listening(server);
    const port = await redirectTo(`https://other.test:${target}/`);
    const { http, faults, finding } = await observeHttp(port, {
      anchors: [ca.root],
      pins: [{ host: 'other.test', port: target, address: '127.0.0.1' }],
    });
    expect(http?.hops).toHaveLength(3);
    expect(faults).toEqual(['tls.cert-name-mismatch fail']);
    expect(finding.summary).toContain(`www.test redirects to https://other.test:${target}/`);
  });

  it('says of a redirect to a dead port what is dead, in one sentence with one full stop', async () => {
    const server = createServer();
    const target = await listening(server);
    await new Promise((done) => server.close(done));
    const { faults, finding } = await observeHttp(await redirectTo(`https://www.test:${target}/`), {
      guard: (address) => (address === '127.0.0.1' ? undefined : 'not this host'),
    });
    expect(faults).toEqual(['tcp.refused fail']);
    expect(finding.summary).toMatch(
      /^www\.test redirects to https:\/\/www\.test:\d+\/, which is not reachable: tcp\.refused \(www\.test .* rejects\)\.$/,
    );
  });

  it('learns the oldest protocol as well when asked', async () => {
    const server = createServer({ ...keyPair(good), minVersion: 'TLSv1.2' }, (_, response) =>
      response.end('x'),
    );
    const { last } = await observeHttp(await listening(server), {
      ...trusted(),
      spec: { oldProtocols: true },
    });
    expect(last?.tls?.oldestProtocol).toBe('TLSv1.2');
  });

  it('is satisfied as the target of a redirect from plain HTTP', async () => {
    const target = await listening(createServer(keyPair(good), (_, response) => response.end('x')));
    const { faults } = await observeHttp(await redirectTo(`https://www.test:${target}/`), {
      anchors: [ca.root],
      assertions: { redirectToHttps: true },
    });
    expect(faults).toEqual([]);
  });
});

describe('https over HTTP/2', () => {
  it('is used when the server chooses it', async () => {
    const port = await http2Server((stream) => {
      stream.additionalHeaders({ ':status': 103 });
      stream.respond({ ':status': 200, server: 'h2/1', 'set-cookie': ['a=secret', 'b=secret'] });
      stream.end('<title>Two</title>');
    });
    const { http, last, state, faults, exchange, observation } = await observeHttp(port, trusted());
    expect({ state, faults }).toEqual({ state: 'open', faults: [] });
    expect(http).toMatchObject({ http2: true, title: 'Two', bodyEnd: 'complete', bodyBytes: 18 });
    expect(last).toMatchObject({
      httpVersion: '2.0',
      statusCode: 200,
      headers: { server: 'h2/1', 'set-cookie': 'a=…, b=…' },
      tls: { alpn: 'h2' },
    });
    expect(observation.timings.firstByte).toBeGreaterThanOrEqual(0);
    expect(exchange).toContain('received: HTTP/2 200');
    expect(JSON.stringify(observation)).not.toContain('secret');
  });

  it('follows redirects', async () => {
    const port = await http2Server((stream) => {
      stream.respond({ ':status': 301, location: '/loop' });
      stream.end();
    });
    const { http, faults } = await observeHttp(port, trusted());
    expect({ stopped: http?.stopped, faults }).toEqual({
      stopped: 'loop',
      faults: ['http.redirect-loop fail'],
    });
  });

  it('gives way to HTTP/1.1 when the server asks for that', async () => {
    const port = await http2Server((stream) => stream.close(0xd), true);
    const { http, faults, exchange } = await observeHttp(port, trusted());
    expect({ faults, body: http?.bodySample }).toEqual({ faults: [], body: 'over http/1.1' });
    expect(exchange).toContain('asks for HTTP/1.1');
  });

  it('is bounded in body, and cut short where the server resets the stream', async () => {
    const long = await http2Server((stream) => {
      stream.respond({ ':status': 200 });
      stream.end(Buffer.alloc(1024 * 1024));
    });
    expect(await observeHttp(long, trusted())).toMatchObject({
      faults: [],
      http: { bodyBytes: 256 * 1024, bodyEnd: 'too-large' },
    });
    const cut = await http2Server((stream) => {
      stream.respond({ ':status': 200, 'content-length': '100' });
      stream.write('abc', () => stream.close(2));
    });
    expect((await observeHttp(cut, trusted())).faults).toEqual(['http.no-response fail']);
  });

  it.each([
    ['long headers', 60, 1_000],
    ['many headers', 2_000, 10],
  ])('names a bomb of %s', async (_, count, length) => {
    const port = await http2Server((stream) => {
      const headers = Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`x-${index}`, 'a'.repeat(length)]),
      );
      stream.respond({ ':status': 200, ...headers });
      stream.end();
    });
    const { faults } = await observeHttp(port, trusted());
    expect(faults).toEqual(['http.too-large fail']);
  });

  it.each([
    ['silence', () => {}, 'http.no-response fail'],
    ['a reset stream', (stream: ServerHttp2Stream) => stream.close(2), 'http.no-response fail'],
    [
      'the end of the session',
      (stream: ServerHttp2Stream) => stream.session?.destroy(),
      'http.no-response fail',
    ],
  ])('names %s', async (_, serve, fault) => {
    const port = await http2Server(serve);
    const { state, faults } = await observeHttp(port, { ...trusted(), spec: { timeoutMs: 500 } });
    expect({ state, faults }).toEqual({ state: 'broken', faults: [fault] });
  });

  // nghttp2 ends the whole process where a frame of a wrong size comes after the end of its session.
  it.each<[what: string, frames: string, found: object]>([
    [
      'an answer and a PRIORITY frame without a body',
      '000000040000000000 000001010500000001 88 000000020000000001',
      { state: 'open', faults: [] },
    ],
    [
      'a broken header block and a PING of 3 bytes',
      '000000040000000000 000002010400000001 ffff 000003060000000000 000000',
      { state: 'broken', faults: ['http.not-http fail'] },
    ],
    [
      'a frame of 16 MB',
      '000000040000000000 ffffff000000000001',
      { state: 'broken', faults: ['http.not-http fail'] },
    ],
    [
      'the half of a page and a WINDOW_UPDATE of 5 bytes',
      '000000040000000000 000001010400000001 88 000003000000000001 616263 000005080000000000 0000000000',
      { state: 'open', faults: ['http.not-http fail'] },
    ],
  ])('survives %s in one write', async (_what, frames, found) => {
    const server = createTlsServer({ ...keyPair(good), ALPNProtocols: ['h2'] }, (socket) => {
      socket.on('error', () => {});
      // An answer before the question would be another fault.
      socket.once('data', () => socket.write(Buffer.from(frames.replaceAll(' ', ''), 'hex')));
    });
    const { state, faults } = await observeHttp(await listening(server), trusted());
    expect({ state, faults }).toEqual(found);
  });

  it('names a server that chooses h2 and then speaks something else', async () => {
    const server = createTlsServer({ ...keyPair(good), ALPNProtocols: ['h2'] }, (socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const { state, faults } = await observeHttp(await listening(server), trusted());
    expect({ state, faults }).toEqual({ state: 'broken', faults: ['http.not-http fail'] });
  });
});

describe('https that fails below HTTP', () => {
  it('names plain HTTP on the port', async () => {
    const { state, faults, http } = await observeHttp(await page('400 Bad Request', 'x'), trusted());
    expect({ state, faults }).toEqual({ state: 'broken', faults: ['tls.not-tls fail'] });
    expect(http?.hops[0]?.outcome).toEqual({ status: 'not-reached' });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('names a missing client certificate under %s', async (version) => {
    const server = createServer(
      { ...keyPair(good), requestCert: true, rejectUnauthorized: true, ca: [ca.root], maxVersion: version },
      (_, response) => response.end('x'),
    );
    server.on('tlsClientError', () => {});
    const port = await listening(server);
    const { state, faults } = await observeHttp(port, trusted());
    expect(state).toBe('broken');
    expect(faults).toEqual(['tls.alert fail']);
  });

  it('names what comes after a handshake: silence, a closed connection, another protocol', async () => {
    for (const [serve, fault] of [
      ['', 'http.no-response fail'],
      ['SSH-2.0-x\r\n', 'http.not-http fail'],
    ] as const) {
      const server = createTlsServer(keyPair(good), (socket) => {
        socket.on('error', () => {});
        socket.end(serve);
      });
      const { state, faults } = await observeHttp(await listening(server), trusted());
      expect({ state, faults }).toEqual({ state: 'broken', faults: [fault] });
    }
  });
});
