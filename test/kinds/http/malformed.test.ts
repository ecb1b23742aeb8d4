import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { HTTP_FORMS, PAGE } from '../../servers/http-forms.ts';
import { observeHttp, peer, raw, redirectTo } from './scenario.ts';

const latin1 = (bytes: string) => raw(Buffer.from(bytes, 'latin1'));
const formOf = (id: string) => {
  const form = HTTP_FORMS.find((one) => one.id === id);
  if (form === undefined) throw new Error(`no form ${id}`);
  return form.bytes;
};

describe('an answer that breaks HTTP/1.1', () => {
  it.each([
    [
      'bare line feeds',
      /line end without carriage return \("HTTP\/1.1 200 OK"\): known clients read over it/,
    ],
    ['a space in a name', /name with characters that names may not have \("X Trace: 9"\)/],
    [
      'a control character in a value',
      /control character.*\("X-A: b\\x02c"\): browsers show the page, Go .* refuses/,
    ],
    ['chunked and a length', /Content-Length together with Transfer-Encoding/],
    [
      'a line without colon',
      /without colon \("nothing here"\): browsers show the page, curl and Go .* refuse the answer/,
    ],
    ['an empty line first', /bytes before the status line \("\\r\\nHTTP\/1.1 2/],
    ['chunked and two lengths', /different Content-Lengths.* and a Content-Length together with/],
  ])('is open with a warning: %s', async (id, says) => {
    const { state, faults, finding, http } = await observeHttp(await latin1(formOf(id)), {
      assertions: { titleContains: 'Shop' },
    });
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.malformed-head warn'] });
    expect(finding.summary).toMatch(says);
    expect(http).toMatchObject({ bodySample: PAGE, bodyEnd: 'complete' });
  });

  it.each([
    ['NUL in a value', /NUL byte in the headers \("X-A: b\\x00c"\), for which Chromium, curl and Go/],
    ['two lengths', /different Content-Lengths \("Content-Length: 31, 9"\), for which Chromium and Go/],
    ['two redirect targets', /two different Locations \("Location: \/y"\), for which Chromium/],
  ])('is no pass where browsers refuse it: %s', async (id, says) => {
    const { state, faults, finding } = await observeHttp(await latin1(formOf(id)));
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.not-http fail'] });
    expect(finding.summary).toMatch(says);
  });

  it('blocks HTTP-01 where Go refuses it, and only there', async () => {
    const assertions = { acmePath: true };
    const refused = await observeHttp(await latin1(formOf('a line without colon')), { assertions });
    expect(refused).toMatchObject({
      state: 'open',
      faults: ['http.acme-path-blocked fail', 'http.not-http warn'],
    });
    expect(refused.finding.summary).toContain('nothing here');
    const taken = await observeHttp(await latin1(formOf('bare line feeds')), { assertions });
    expect(taken.faults).toEqual(['http.malformed-head warn']);
  });

  it('is reported at the hop that sends it', async () => {
    const target = await latin1(formOf('a header without name'));
    const { faults, finding } = await observeHttp(await redirectTo(`http://www.test:${target}/x`));
    expect(faults).toEqual(['http.malformed-head warn']);
    expect(finding.summary).toContain(`http://www.test:${target}/x answers 200`);
  });

  it('keeps the body that came before the framing breaks', async () => {
    const { faults, http } = await observeHttp(
      await latin1(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f\r\n${PAGE}\r\nzz\r\n`),
      { assertions: { titleContains: 'Shop' } },
    );
    expect(faults).toEqual(['http.not-http fail']);
    expect(http).toMatchObject({ title: 'Shop', bodySample: PAGE, bodyEnd: 'malformed' });
  });

  it('does not hide the page of a server that sends more than it announced', async () => {
    const page = '<html><head><title>Welcome to nginx!</title></head></html>';
    const port = await latin1(`HTTP/1.1 200 OK\r\nContent-Length: ${page.length}\r\n\r\n${page}<!-- -->`);
    expect((await observeHttp(port)).faults).toEqual(['http.default-page warn']);
  });
});

/** Sends a head, then `piece` again and again. */
const repeating = (head: string, piece: string, everyMs: number) => (socket: Socket) => {
  socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n`);
  const timer = setInterval(() => socket.write(piece), everyMs);
  socket.on('close', () => clearInterval(timer));
};

describe('a body that still comes when the time is up', () => {
  const SHORT = { spec: { timeoutMs: 600 } };

  it.each([
    ['multipart/x-mixed-replace; boundary=b', '--b\r\nContent-Length: 2\r\n\r\nxx\r\n'],
    ['audio/mpeg', 'xyz'],
    ['video/mp2t', 'xyz'],
    ['application/x-ndjson', '{"a":1}\n'],
    ['text/event-stream', 'data: x\n\n'],
  ])('passes as a stream of %s', async (type, piece) => {
    const port = await peer(repeating(`Content-Type: ${type}\r\n`, piece, 40));
    const { state, faults, http } = await observeHttp(port, SHORT);
    expect({ state, faults }).toEqual({ state: 'open', faults: [] });
    expect(http).toMatchObject({ bodyEnd: 'timeout', bodyFlowing: true });
  });

  it('is a warning as a page, which blames no packet loss', async () => {
    const port = await peer(repeating('Content-Type: text/html\r\nContent-Length: 9000\r\n', '<p>', 40));
    const { state, faults, finding, http } = await observeHttp(port, SHORT);
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.slow warn'] });
    expect(finding.summary).toMatch(/came slowly: \d+ bytes in \d/);
    expect(finding.summary).not.toContain('MTU');
    expect(http?.bodyFlowing).toBe(true);
  });

  it('is not one that stopped: a camera that sends no picture any more fails', async () => {
    const port = await peer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n--b\r\n');
    });
    const { faults, finding } = await observeHttp(port, SHORT);
    expect(faults).toEqual(['http.no-response fail']);
    expect(finding.summary).toContain('MTU');
  });
});

describe('a peer that sends without end', () => {
  it.each([
    ['interim answers', '', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(3_000), 'http.too-large fail'],
    ['header lines', 'HTTP/1.1 200 OK\r\n', 'X: y\r\n'.repeat(10_000), 'http.too-large fail'],
    [
      'a chunk size',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      '0'.repeat(60_000),
      'http.not-http fail',
    ],
    [
      'chunks of one byte',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      '1\r\nx\r\n'.repeat(10_000),
      undefined,
    ],
    ['NULs', '', '\0'.repeat(60_000), 'http.not-http fail'],
  ])('%s is left, and the connection closed', async (_, begin, piece, fault) => {
    let closed = () => {};
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const port = await peer((socket) => {
      socket.on('error', () => {});
      socket.on('close', closed);
      socket.write(begin);
      const more = (): void => {
        while (socket.writable && socket.write(piece));
      };
      socket.on('drain', more);
      more();
    });
    const { faults } = await observeHttp(port);
    expect(faults).toEqual(fault === undefined ? [] : [fault]);
    await gone;
  });
});
