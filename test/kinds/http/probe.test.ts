import { createHash } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { closedPort, finAtOnce, resetAfter, resetAtOnce, silent } from '../../servers/tcp-peers.ts';
import { observeHttp, page, peer, raw, webServer } from './scenario.ts';

const HELLO =
  '<!doctype html><html><head><title>Hello &amp; <b>gr&uuml;ezi</title></head><body>x</body></html>';

describe('a healthy answer', () => {
  it('is open, with title, hash, size, headers, times and both ends', async () => {
    const port = await page('200 OK', HELLO, [
      'Server: test/1',
      'Strict-Transport-Security: max-age=60',
      'Set-Cookie: sid=secret; Path=/',
    ]);
    const { observation, http, last, finding, state, faults, exchange } = await observeHttp(port);
    expect({ state, faults }).toEqual({ state: 'open', faults: [] });
    expect(http).toMatchObject({
      stopped: 'final',
      title: 'Hello &amp; <b>gr&uuml;ezi',
      bodyBytes: Buffer.byteLength(HELLO),
      bodySha256: createHash('sha256').update(HELLO).digest('hex'),
      bodySample: HELLO,
      bodyEnd: 'complete',
      hsts: 'max-age=60',
    });
    expect(last).toMatchObject({
      url: `http://www.test:${port}/`,
      address: '127.0.0.1',
      httpVersion: '1.1',
      statusCode: 200,
      headers: { server: 'test/1', 'content-type': 'text/html', 'set-cookie': 'sid=…' },
    });
    expect(finding.summary).toContain('answers 200');
    expect(observation.localAddress).toBe('127.0.0.1');
    expect(observation.timings.connect).toBeGreaterThanOrEqual(0);
    expect(observation.timings.firstByte).toBeGreaterThanOrEqual(0);
    expect(exchange).toContain(
      `sent: GET / HTTP/1.1\\r\\nHost: www.test:${port}\\r\\nUser-Agent: inbound-check/`,
    );
    expect(exchange).toContain('Accept: */*');
    expect(exchange).toContain('received: HTTP/1.1 200 OK');
    expect(JSON.stringify(observation)).not.toContain('secret');
  });

  it('is asked once, with the path, host and purpose that it was given', async () => {
    const seen: unknown[] = [];
    const port = await webServer((request, response) => {
      seen.push([request.method, request.url, request.headers.host, request.headers.accept]);
      seen.push(request.headers['user-agent']);
      response.end('<img src=/tracking.gif><script src=/x.js></script>');
    });
    await observeHttp(port, { spec: { path: '/a b?c=d' } });
    expect(seen).toEqual([
      ['GET', '/a%20b?c=d', `www.test:${port}`, '*/*'],
      expect.stringMatching(/^inbound-check\/\d+\.\d+\.\d+ \(external reachability check\)$/),
    ]);
  });

  it.each([
    ['https://example.com/contact', '; +https://example.com/contact)'],
    ['https://a.example/)\r\nX: y', '; +https://a.example/X:y)'],
  ])('names the contact %j in the User-Agent', async (contact, ends) => {
    const seen: unknown[] = [];
    const port = await webServer((request, response) => {
      seen.push(request.headers['user-agent']);
      response.end('hello');
    });
    await observeHttp(port, { context: { contact } });
    expect(seen).toEqual([
      expect.stringMatching(/^inbound-check\/\d+\.\d+\.\d+ \(external reachability check; \+[^()]+\)$/),
    ]);
    expect(seen[0]).toContain(ends);
  });

  it.each([
    ['gzip', gzipSync(HELLO)],
    ['x-gzip', gzipSync(HELLO)],
    ['deflate', deflateSync(HELLO)],
    ['deflate', deflateRawSync(HELLO)],
    ['br', brotliCompressSync(HELLO)],
    ['gzip, br', brotliCompressSync(gzipSync(HELLO))],
  ])('is decoded from %s although nobody asked for it', async (coding, body) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`;
    const { http, faults } = await observeHttp(await raw(Buffer.concat([Buffer.from(head), body])));
    expect(http?.bodySample).toBe(HELLO);
    expect(faults).toEqual([]);
  });

  it.each([
    ['latin-1 by header', 'text/html; charset=iso-8859-1', Buffer.from('<title>Gr\xfcezi</title>', 'latin1')],
    [
      'latin-1 by meta',
      'text/html',
      Buffer.from('<meta charset="windows-1252"><title>Gr\xfcezi</title>', 'latin1'),
    ],
    ['utf-8', 'text/html', Buffer.from('<title>Grüezi</title>')],
    ['utf-16', 'text/html; charset=utf-16le', Buffer.from('<title>Grüezi</title>', 'utf16le')],
    ['an unknown charset', 'text/html; charset=klingon', Buffer.from('<title>Gr\xfcezi</title>', 'latin1')],
  ])('has its title read in %s', async (_, type, body) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n\r\n`;
    const { http } = await observeHttp(await raw(Buffer.concat([Buffer.from(head), body])));
    expect(http?.title).toBe('Grüezi');
  });

  it('may be chunked, HTTP/1.0, without a body, without length, or after 100 and 103', async () => {
    const answers = [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n',
      'HTTP/1.0 200 OK\r\n\r\nabc',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc',
    ];
    for (const answer of answers) {
      const { http, faults } = await observeHttp(await raw(answer));
      expect(faults, answer).toEqual([]);
      expect(http?.bodySample, answer).toBe('abc');
    }
    const { http, faults } = await observeHttp(await raw('HTTP/1.1 204 No Content\r\n\r\n'));
    expect({ faults, bytes: http?.bodyBytes }).toEqual({ faults: [], bytes: 0 });
  });

  it('of 101 that nobody asked for is an answer with an unexpected status', async () => {
    const port = await raw('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
    const { state, faults, last } = await observeHttp(port);
    expect(last?.statusCode).toBe(101);
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.status-unexpected fail'] });
  });
});

describe('what is no answer', () => {
  it('names a closed port by the connect', async () => {
    const { observation, state, faults } = await observeHttp(await closedPort());
    expect({ state, faults }).toEqual({ state: 'closed', faults: ['tcp.refused fail'] });
    expect(observation.http).toBeUndefined();
  });

  it('names silence after the request, with the middlebox as a second cause', async () => {
    const { state, faults, finding } = await observeHttp(await peer(silent), { spec: { timeoutMs: 300 } });
    expect({ state, faults }).toEqual({
      state: 'broken',
      faults: ['http.no-response fail', 'tcp.accepts-then-silent info'],
    });
    expect(finding.faults[1]?.summary).toContain('middlebox');
  });

  it('blames silence on nobody where the own network answers for everyone', async () => {
    const { state, faults } = await observeHttp(await peer(silent), {
      spec: { timeoutMs: 300 },
      vantage: { negative: { address: '240.0.0.1', port: 80, clean: false, detail: 'connected', at: '' } },
    });
    expect({ state, faults }).toEqual({
      state: 'inconclusive',
      faults: ['prober.network-answers-for-all fail'],
    });
  });

  it('names a connection that is closed without a byte', async () => {
    const afterRequest = await peer((socket) => {
      socket.once('data', () => socket.end());
    });
    for (const port of [await peer(finAtOnce), afterRequest]) {
      const { state, faults, last } = await observeHttp(port);
      expect({ state, faults }).toEqual({
        state: 'broken',
        faults: ['http.no-response fail', 'tcp.accepts-then-resets info'],
      });
      expect(last?.outcome).toEqual({ status: 'no-response', end: 'fin' });
    }
  });

  it('names a SYN proxy that resets in place of an answer', async () => {
    const afterRequest = await peer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    for (const port of [await peer(resetAtOnce), await peer(resetAfter(40)), afterRequest]) {
      const { state, faults } = await observeHttp(port);
      expect(state).toBe('broken');
      expect(faults[0]).toBe('tcp.accepts-then-resets fail');
    }
  });

  it('ends with the run', async () => {
    const abort = new AbortController();
    const port = await peer((socket) => {
      socket.once('data', () => abort.abort());
    });
    const { state, faults } = await observeHttp(port, { context: { deadline: abort.signal } });
    expect({ state, faults }).toEqual({ state: 'inconclusive', faults: ['prober.deadline fail'] });
  });
});

describe('what is not HTTP', () => {
  it.each([
    ['an SSH server', 'SSH-2.0-OpenSSH_9.6\r\n', 'speaks SSH', 'SSH-2.0-OpenSSH_9.6\\r\\n'],
    ['a mail server', '220 mx.test ESMTP\r\n', 'speaks SMTP', '220 mx.test ESMTP'],
    ['a page without a status line', '<html>hi</html>', 'HTTP/0.9', '<html>hi</html>'],
    ['a TLS alert', Buffer.from([0x15, 3, 3, 0, 2, 2, 22]), 'speaks TLS', '\\x15\\x03\\x03'],
    ['garbage', Buffer.from([0, 255, 27, 91, 50, 74]), 'does not speak HTTP', '\\x00\\xff\\x1b[2J'],
  ])('names %s by its first bytes', async (_, bytes, says, shown) => {
    const { state, faults, finding, last } = await observeHttp(await raw(bytes));
    expect({ state, faults }).toEqual({ state: 'broken', faults: ['http.not-http fail'] });
    expect(finding.summary).toContain(says);
    expect(finding.summary).toContain(shown);
    expect(last?.outcome).toMatchObject({ status: 'not-http', firstBytes: expect.stringContaining(shown) });
  });

  it('names a peer that sends before it is asked', async () => {
    const port = await peer((socket) => {
      socket.write('SSH-2.0-x\r\n');
    });
    const { faults, last } = await observeHttp(port);
    expect(faults).toEqual(['http.not-http fail']);
    expect(last?.outcome).toEqual({ status: 'not-http', firstBytes: 'SSH-2.0-x\\r\\n' });
  });

  it('counts a status line with broken headers as HTTP with a fault', async () => {
    const { state, faults, last } = await observeHttp(
      await raw('HTTP/1.1 200 OK\r\nbad header\0: x\r\n\r\n'),
    );
    expect({ state, faults, status: last?.statusCode }).toEqual({
      state: 'open',
      faults: ['http.not-http fail'],
      status: 200,
    });
  });
});
