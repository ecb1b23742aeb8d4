/** Clients that open connections to keep others out, and requests that two programs would read differently. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type StationServerOptions, startServer } from '../../../../lib/local/station/http/server.ts';
import { addressRanges } from '../../../../lib/net/address-ranges.ts';
import { answered } from '../../../../lib/service/api/handler.ts';
import { contracts } from '../../../../lib/service/api/operations.ts';
import { memoryTelemetry } from '../../../service/runs/ports.ts';

async function start(more: Partial<StationServerOptions> = {}) {
  const reached: string[] = [];
  const server = await startServer(
    { address: '127.0.0.1', port: 0 },
    {
      routes: contracts.map(({ body: _, ...contract }) => ({
        contract,
        handle: async () => {
          reached.push(contract.id);
          return contract.id === 'getReport'
            ? { ok: true as const, value: '<!doctype html><script>1</script>', mediaType: 'text/html' }
            : answered({});
        },
      })),
      tokenOwner: (token) => (token === 'op' ? { name: 'ada', role: 'operator' } : undefined),
      trouble: () => undefined,
      telemetry: memoryTelemetry(),
      ...more,
    },
  );
  onTestFinished(() => server.close());
  const { port, host } = new URL(server.url);
  return { url: server.url, host, port: Number(port), reached };
}

/** A connection that the station has taken: it has answered on it, and the next request is never sent whole. */
async function taken(port: number): Promise<Socket> {
  const { host } = new URL(`http://127.0.0.1:${port}`);
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(`GET /health HTTP/1.1\r\nhost: ${host}\r\n\r\nGET /health HTTP/1.1\r\nhost: `);
  await once(socket, 'data');
  return socket.resume();
}

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });

/** All that comes until the server closes. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let seen = '';
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8').on('data', (piece: string) => {
      seen += piece;
    });
    socket.on('error', () => undefined).on('close', () => resolve(seen));
    socket.write(text);
  });
}

describe('one client', () => {
  it('gets no more than its share of the connections, and others theirs', async () => {
    const { port, host } = await start({
      connectionsEach: 3,
      times: { headMs: 600_000, requestMs: 600_000 },
    });
    const kept = await Promise.all([taken(port), taken(port), taken(port)]);
    const fourth = connect(port, '127.0.0.1').resume();
    fourth.on('error', () => undefined);
    await closed(fourth);
    expect(kept.some(({ destroyed }) => destroyed)).toBe(false);
    // Room again as soon as one of its own is gone.
    kept[0]?.destroy();
    await expect
      .poll(() => raw(port, `GET /health HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`), {
        timeout: 60_000,
      })
      .toMatch(/^HTTP\/1\.1 200/);
  });

  it('is no proxy, which stands for many', async () => {
    const read = addressRanges(['127.0.0.1']);
    if ('wrong' in read) throw new Error(read.wrong);
    const { port, url } = await start({ connectionsEach: 2, proxies: read.ranges });
    await Promise.all([taken(port), taken(port), taken(port)]);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});

describe('a request that two programs read differently', () => {
  const post = 'POST /runs HTTP/1.1\r\nhost: HOST\r\nauthorization: Bearer op\r\n';
  const inner = 'PUT /stop HTTP/1.1\r\nhost: HOST\r\nauthorization: Bearer op\r\n\r\n';
  it.each([
    [
      'with a length and chunks',
      `${post}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    ],
    ['with two lengths', `${post}content-length: 0\r\ncontent-length: 80\r\n\r\n${inner}`],
    ['with a length and a sign', `${post}content-length: +5\r\n\r\n${inner}`],
    [
      'with chunks under another name',
      `${post}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${inner}`,
    ],
    ['with chunks, spelled with a blank', `${post}transfer-encoding : chunked\r\n\r\n0\r\n\r\n${inner}`],
    ['with a header on two lines', `${post}x: y\r\n content-length: 5\r\n\r\n${inner}`],
    ['with a bare line feed', `${post}x: y\ncontent-length: 500\r\n\r\n${inner}`],
    ['with a chunk of no size', `${post}transfer-encoding: chunked\r\n\r\nG\r\n\r\n${inner}`],
    ['with a null in a header', `${post}x: a\u0000b\r\n\r\n${inner}`],
    ['to go on with another protocol', `CONNECT HOST HTTP/1.1\r\nhost: HOST\r\n\r\n${inner}`],
  ])('%s: does nothing, also not by what it hides', async (_, text) => {
    const { host, port, reached } = await start();
    const answer = await raw(port, `${text.replaceAll('HOST', host)}`.replace(/$/, 'GET / HTTP/1.0\r\n\r\n'));
    expect(reached.filter((id) => id === 'stopFleet')).toEqual([]);
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
  });
});

describe('a report that is opened as a page on the address of the console', () => {
  it('has no say over what is the station’s, and nothing else is a page', async () => {
    const { url } = await start();
    const get = (path: string) => fetch(url + path, { headers: { authorization: 'Bearer op' } });
    const report = await get('/runs/r-1/report');
    expect(report.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = report.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^sandbox /);
    expect(policy).not.toContain('allow-same-origin');
    expect(policy).toContain(`frame-ancestors 'none'`);
    const { headers } = await get('/fleet');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*; sandbox$/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});
