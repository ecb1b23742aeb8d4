import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HTTP_LIMITS } from '../../../lib/kinds/http/measure/answer.ts';
import { createBufferBudget } from '../../../lib/net/buffer-budget.ts';
import { drip, endless } from '../../servers/tcp-peers.ts';
import { observeHttp, peer, raw } from './scenario.ts';

const SHORT = { spec: { timeoutMs: 300 } };
const withHead = (headers: string, body: Uint8Array) =>
  raw(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`), body]));

describe('a hostile web server is bounded and named', () => {
  it.each([
    ['a header bomb', `HTTP/1.1 200 OK\r\n${'X-Bomb: 0123456789\r\n'.repeat(20_000)}\r\n`],
    ['one header without end', `HTTP/1.1 200 OK\r\nX-Bomb: ${'a'.repeat(300_000)}`],
    ['a header name without end', `HTTP/1.1 200 OK\r\n${'a'.repeat(300_000)}`],
    ['a reason phrase without end', `HTTP/1.1 200 ${'a'.repeat(300_000)}`],
  ])('%s', async (_, bytes) => {
    const { state, faults, last, finding } = await observeHttp(await raw(bytes));
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.too-large fail'] });
    expect(last?.outcome).toEqual({ status: 'too-large', what: 'headers', limit: HTTP_LIMITS.headers });
    expect(finding.summary).toContain(String(HTTP_LIMITS.headers));
  });

  it('endless headers that keep coming', async () => {
    const port = await peer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      endless('X-Bomb: 0123456789\r\n')(socket);
    });
    expect((await observeHttp(port)).faults).toEqual(['http.too-large fail']);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(64 * 1024 * 1024))],
    ['br', brotliCompressSync(Buffer.alloc(64 * 1024 * 1024))],
    ['gzip, gzip', gzipSync(gzipSync(Buffer.alloc(64 * 1024 * 1024)))],
  ])('a bomb in %s', async (coding, bomb) => {
    const before = process.memoryUsage().rss;
    const { state, faults, last, http } = await observeHttp(
      await withHead(`Content-Encoding: ${coding}`, bomb),
    );
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.too-large fail'] });
    expect(last?.outcome).toEqual({ status: 'too-large', what: 'body', limit: HTTP_LIMITS.decodedBody });
    expect(http?.bodySample).toBeUndefined();
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('a long page is read in part, which is no fault', async () => {
    const { faults, http } = await observeHttp(await withHead('', Buffer.alloc(1024 * 1024, 'x')));
    expect(faults).toEqual([]);
    expect(http).toMatchObject({ bodyBytes: HTTP_LIMITS.body, bodyTruncated: true, bodyEnd: 'too-large' });
  });

  it('a long compressed page is read in part too, cut on the wire or after unpacking', async () => {
    const random = Buffer.from(Array.from({ length: 600_000 }, (_, i) => (i * 2654435761) >>> 13));
    for (const text of [random, Buffer.alloc(500_000, 'x')]) {
      const { faults, http } = await observeHttp(await withHead('Content-Encoding: gzip', gzipSync(text)));
      expect(faults).toEqual([]);
      expect(http).toMatchObject({ bodyTruncated: true, bodyEnd: 'too-large' });
      expect(http?.bodyBytes).toBeGreaterThan(100_000);
      expect(http?.bodyBytes).toBeLessThanOrEqual(HTTP_LIMITS.body);
    }
  });

  it('an endless body stops at the limit', async () => {
    const port = await peer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      endless('x')(socket);
    });
    expect((await observeHttp(port)).http?.bodyBytes).toBe(HTTP_LIMITS.body);
  });

  it('one byte at a time from the start ends with the timeout', async () => {
    const port = await peer(drip('HTTP/1.1 200 OK\r\nServer: slow\r\nX: y\r\n', 100));
    const { faults, last, observation } = await observeHttp(port, SHORT);
    expect(last?.outcome).toEqual({ status: 'no-response', end: 'timeout' });
    expect(faults[0]).toBe('http.no-response fail');
    expect(observation.timings.total).toBeGreaterThanOrEqual(290);
  });

  it.each([
    ['after the status line', 'HTTP/1.1 200 OK\r\nServer: slow\r\n', /never ends its headers/],
    ['in the body', 'HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\nabc', /stalled after 3 bytes.*MTU/],
    [
      'in the chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
      /stalled after 3 bytes/,
    ],
  ])('silence %s is open, with the fault', async (_, bytes, says) => {
    const port = await peer((socket) => {
      socket.write(bytes);
    });
    const { state, faults, finding } = await observeHttp(port, SHORT);
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.no-response fail'] });
    expect(finding.summary).toMatch(says);
  });

  it('an event stream has no end and no fault', async () => {
    const port = await peer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: x\n\n');
    });
    expect((await observeHttp(port, SHORT)).faults).toEqual([]);
  });

  it.each([
    ['a status line alone', 'HTTP/1.1 200 OK\r\n', 'http.no-response fail'],
    ['interim answers alone', 'HTTP/1.1 100 Continue\r\n\r\n', 'http.no-response fail'],
    ['a body that ends early', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', 'http.no-response fail'],
    [
      'chunks that end early',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc',
      'http.no-response fail',
    ],
    ['broken chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc', 'http.not-http fail'],
    [
      'a coding that is none',
      'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain text',
      'http.not-http fail',
    ],
  ])('%s is open, with the fault', async (_, bytes, fault) => {
    const { state, faults } = await observeHttp(await raw(bytes));
    expect({ state, faults }).toEqual({ state: 'open', faults: [fault] });
  });

  it('a false coding is named with what browsers make of it', async () => {
    const { finding, http } = await observeHttp(await withHead('Content-Encoding: br', Buffer.from('plain')));
    expect(http).toMatchObject({ falseCoding: 'br', bodyEnd: 'malformed', bodySample: 'plain' });
    expect(finding.summary).toContain('not in the coding that "Content-Encoding: br" says');
  });

  it('an unknown coding is shown as it came', async () => {
    const { faults, http } = await observeHttp(await withHead('Content-Encoding: zstd', Buffer.from('abc')));
    expect(faults).toEqual([]);
    expect(http?.bodySample).toBe('abc');
  });

  it('control characters and escapes do not get into the evidence', async () => {
    const port = await raw(
      'HTTP/1.1 200 \x1b[31mOK\r\nServer: a\x1b]0;x\x07\r\n\r\n<title>\x1b[2J\u202eabc</title>',
    );
    const { observation } = await observeHttp(port);
    expect(JSON.stringify(observation)).not.toMatch(/\\u001b|\\u0007|\u202e/);
  });

  it('a thousand unclosed titles cost nothing', async () => {
    const { http } = await observeHttp(await withHead('', Buffer.from('<title<title'.repeat(20_000))));
    expect(http?.title).toBeUndefined();
  });

  it('a thousand headers leave the exchange bounded', async () => {
    const { observation } = await observeHttp(
      await withHead('a: b\r\n'.repeat(1_000).trimEnd(), Buffer.from('')),
    );
    expect(observation.exchange.length).toBeLessThanOrEqual(100);
  });

  it('a page that the run has no memory for is cut, and what it lacks is not laid on the site', async () => {
    const long = `<title>Landing</title>${'x'.repeat(200_000)}needle`;
    const context = { buffers: createBufferBudget(10_000) };
    const assertions = { bodyContains: 'needle' };
    const port = await withHead('', Buffer.from(long));
    const { state, faults, http, observation } = await observeHttp(port, { context, assertions });
    expect({ state, faults }).toEqual({ state: 'inconclusive', faults: ['prober.unavailable fail'] });
    expect(http).toMatchObject({ bodyCutHere: true, bodyTruncated: true, bodyEnd: 'too-large' });
    expect(http?.bodyBytes).toBeGreaterThanOrEqual(16_384);
    expect(observation.exchange.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^no more of the body was kept: the \d+ MB are used up/),
    );
    // Where nothing of the page was asked for, it is as good as a whole one; and what was taken is given back.
    expect((await observeHttp(port, { context })).faults).toEqual([]);
    expect(context.buffers.take(10_000)).toBe(true);
  });

  it('a head that the run has no memory for is a fault of the run, reported as such', async () => {
    const port = await raw(`HTTP/1.1 200 OK\r\nX-Long: ${'a'.repeat(100_000)}\r\n\r\n`);
    const context = { buffers: createBufferBudget(10_000) };
    await expect(observeHttp(port, { context })).rejects.toThrow(/no more of the headers was kept/);
    expect(context.buffers.take(10_000)).toBe(true);
  });
});
