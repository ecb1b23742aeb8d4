/** What reaches the station's API, and what does not get that far: asked over real sockets, byte by byte. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { MAX_BODY_BYTES } from '../../../lib/local/station/http/request-body.ts';
import { type StationServer, startServer } from '../../../lib/local/station/http/server.ts';
import { answered } from '../../../lib/service/api/handler.ts';
import type { Role } from '../../../lib/service/api/roles.ts';
import { routesOf } from '../../../lib/service/api/route.ts';
import type { Contract } from '../../../lib/service/contracts/contract.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { memoryTelemetry } from '../../service/runs/ports.ts';

const contracts = {
  read: {
    id: 'getRun',
    method: 'GET',
    path: '/runs/{runId}',
    tag: 'runs',
    summary: '',
    params: z.strictObject({ runId: z.string().regex(/^[A-Za-z0-9_-]+$/) }),
    status: 200,
    result: z.object({ by: z.string(), runId: z.string() }),
  },
  write: {
    id: 'startRun',
    method: 'POST',
    path: '/runs',
    tag: 'runs',
    summary: '',
    body: z.strictObject({ text: z.string() }),
    status: 200,
    result: z.object({ by: z.string() }),
  },
} as const satisfies Record<string, Contract>;

const TOKENS: Readonly<Record<string, Role>> = { op: 'operator', su: 'support', re: 'reader' };
let server: StationServer;
let trouble: string | undefined;
let written = 0;

beforeAll(async () => {
  server = await startServer(
    { address: '127.0.0.1', port: 0 },
    {
      routes: routesOf(contracts, {
        read: async ({ params, caller }) => answered({ by: caller.arn, runId: params.runId }),
        write: async ({ caller }) => {
          written += 1;
          return answered({ by: caller.arn });
        },
      }),
      tokenOwner(token) {
        if (token === 'broken') throw failure('StoreFailed', 'disk I/O error');
        const role = TOKENS[token];
        return role && { name: 'ada', role };
      },
      trouble: () => trouble,
      telemetry: memoryTelemetry(),
    },
  );
});
afterAll(() => server.close());

/** Sends these bytes, and gives all that comes until the server closes. */
function raw(...parts: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname);
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    socket.on('close', () => resolve(text));
    // A server that has said enough may reset what is still being sent.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') ? undefined : reject(error),
    );
    for (const part of parts) socket.write(part);
  });
}

const host = (): string => new URL(server.url).host;
const head = (line: string, ...headers: readonly string[]): string =>
  `${[line, ...headers, 'connection: close'].join('\r\n')}\r\n\r\n`;
const own = (line: string, ...more: readonly string[]): Promise<string> =>
  raw(head(line, `host: ${host()}`, ...more));
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

describe('the API of a station', () => {
  it('knows the caller by the token, and the router by the contract', async () => {
    const answer = await own('GET /runs/r-1 HTTP/1.1', 'authorization: Bearer op');
    expect(statusOf(answer)).toBe(200);
    expect(answer).toContain('{"by":"station:operator/ada","runId":"r-1"}');
    expect(answer.toLowerCase()).toContain('cache-control: no-store');
  });

  it.each([
    ['no token', []],
    ['another token', ['authorization: Bearer nobody']],
    ['another scheme', ['authorization: Basic b3A6']],
    ['a token in the query', [], 'GET /runs/r-1?token=op HTTP/1.1'],
  ])('does not answer for %s', async (_, headers, line = 'GET /runs/r-1 HTTP/1.1') => {
    const answer = await own(line, ...headers);
    expect(statusOf(answer)).toBe(401);
    expect(answer.toLowerCase()).toContain('www-authenticate: bearer');
  });

  it.each([
    ['re', 'POST /runs HTTP/1.1', 403],
    ['su', 'POST /runs HTTP/1.1', 403],
    ['re', 'GET /runs/r-1 HTTP/1.1', 200],
    ['op', 'DELETE /runs/r-1 HTTP/1.1', 405],
    ['op', 'GET /nothing HTTP/1.1', 404],
  ])('lets the token %s do "%s": %i', async (token, line, status) => {
    expect(statusOf(await own(line, `authorization: Bearer ${token}`))).toBe(status);
  });

  it.each([
    ['a name that leads here', 'attacker.example'],
    ['such a name with our port', 'attacker.example:PORT'],
    ['our address with another port', '127.0.0.1:1'],
    ['nothing', ''],
  ])('refuses a request that asks for %s (DNS rebinding)', async (_, name) => {
    const asked = name.replace('PORT', new URL(server.url).port);
    const headers = ['authorization: Bearer op', `host: ${asked}`];
    expect(statusOf(await raw(head('GET /runs/r-1 HTTP/1.1', ...headers)))).toBe(403);
    expect(statusOf(await raw(head('GET /health HTTP/1.1', `host: ${asked}`)))).toBe(403);
  });

  it('refuses pages of other sites, and takes its own', async () => {
    const from = (origin: string) =>
      own('GET /runs/r-1 HTTP/1.1', 'authorization: Bearer op', `origin: ${origin}`).then(statusOf);
    expect(await from('https://attacker.example')).toBe(403);
    expect(await from('null')).toBe(403);
    expect(await from(`https://${host()}`)).toBe(403);
    expect(await from(server.url)).toBe(200);
    expect(await from(server.url.replace('127.0.0.1', 'localhost'))).toBe(200);
  });

  it('takes no form of a request that is meant for a proxy', async () => {
    const answer = await own(`GET http://${host()}/runs/r-1 HTTP/1.1`, 'authorization: Bearer op');
    expect(statusOf(answer)).toBe(400);
    expect(statusOf(await own('OPTIONS * HTTP/1.1', 'authorization: Bearer op'))).toBe(400);
  });

  it.each(['/runs/..%2f..%2fetc', '/runs/%2e%2e', '/runs/a%00b', '/runs/%ff'])(
    'takes %s for no run',
    async (path) => {
      expect(statusOf(await own(`GET ${path} HTTP/1.1`, 'authorization: Bearer op'))).toBe(400);
    },
  );

  it('reads no more of a head than 16 kB, and no more of a body than 1 MB', async () => {
    expect(statusOf(await own('GET /runs/r-1 HTTP/1.1', `x-long: ${'x'.repeat(20_000)}`))).toBe(431);
    const json = ['authorization: Bearer op', 'content-type: application/json'];
    const told = await own('POST /runs HTTP/1.1', ...json, `content-length: ${MAX_BODY_BYTES + 1}`);
    expect(statusOf(told)).toBe(413);
    const chunk = `${(100_000).toString(16)}\r\n${'x'.repeat(100_000)}\r\n`;
    const untold = await raw(
      head('POST /runs HTTP/1.1', `host: ${host()}`, ...json, 'transfer-encoding: chunked'),
      ...Array.from({ length: 11 }, () => chunk),
    );
    expect(statusOf(untold)).toBe(413);
    expect(written).toBe(0);
  });

  it('refuses a request whose length is told in two ways (request smuggling)', async () => {
    const answer = await raw(
      head(
        'POST /runs HTTP/1.1',
        `host: ${host()}`,
        'authorization: Bearer op',
        'content-type: application/json',
        'content-length: 4',
        'transfer-encoding: chunked',
      ),
      '0\r\n\r\n',
    );
    expect(statusOf(answer)).toBe(400);
  });

  it.each([
    ['names two hosts', [], ['host: HOST', 'host: HOST']],
    ['names two hosts, one of them another', [], ['host: HOST', 'host: attacker.example']],
    ['tells its length twice', ['content-length: 4', 'content-length: 4'], ['host: HOST']],
    ['tells two lengths', ['content-length: 4', 'content-length: 5'], ['host: HOST']],
    ['tells a length that is none', ['content-length: +4'], ['host: HOST']],
    ['tells its length in two ways', ['content-length: 4', 'transfer-encoding: chunked'], ['host: HOST']],
    ['hides its coding', ['transfer-encoding: xchunked'], ['host: HOST']],
    ['hides it behind another', ['transfer-encoding: chunked, identity'], ['host: HOST']],
    ['has a space before a colon', ['content-length : 4'], ['host: HOST']],
    ['folds a header (obs-fold)', ['x-folded: a', ' content-length: 4'], ['host: HOST']],
    ['has a header without a name', [': 4'], ['host: HOST']],
  ])('refuses a request that %s (RFC 9112)', async (_, headers, hosts) => {
    const before = written;
    const answer = await raw(
      `${['POST /runs HTTP/1.1', ...hosts.map((line) => line.replace('HOST', host())), 'authorization: Bearer op', 'content-type: application/json', ...headers].join('\r\n')}\r\n\r\n{"a"\r\n0\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe(400);
    // And ends the connection: what follows may be meant as a request of somebody else.
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(written).toBe(before);
  });

  it('takes what follows a body for a request only where the body ends', async () => {
    const body = '{"text":"GET /runs/r-1 HTTP/1.1"}';
    const post = [
      'POST /runs HTTP/1.1',
      `host: ${host()}`,
      'authorization: Bearer op',
      'content-type: application/json',
      `content-length: ${body.length}`,
    ];
    const answer = await raw(
      `${post.join('\r\n')}\r\n\r\n${body}`,
      head('GET /health HTTP/1.1', `host: ${host()}`),
    );
    expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
    expect(answer).toContain('{"by":"station:operator/ada"}');
    expect(answer).toContain('"status"');
  });

  it('reads no body of 100 MB', async () => {
    const before = written;
    const post = ['authorization: Bearer op', 'content-type: application/json', 'content-length: 100000000'];
    const answer = await raw(
      head('POST /runs HTTP/1.1', `host: ${host()}`, ...post),
      ...Array.from({ length: 100 }, () => 'x'.repeat(1_000_000)),
    );
    expect(statusOf(answer)).toBe(413);
    expect(written).toBe(before);
  });

  it('reads no body of somebody whom it does not know, and ends the connection', async () => {
    const answer = await raw(
      `POST /runs HTTP/1.1\r\nhost: ${host()}\r\ncontent-length: 500000\r\n\r\n`,
      'x'.repeat(1_000),
    );
    expect(statusOf(answer)).toBe(401);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('says that it can’t read its data, without saying more', async () => {
    const answer = await own('GET /runs/r-1 HTTP/1.1', 'authorization: Bearer broken');
    expect(statusOf(answer)).toBe(503);
    expect(answer).not.toContain('disk I/O');
  });

  it('shows by /health, to everybody on the machine, whether it can work', async () => {
    expect(await own('GET /health HTTP/1.1')).toContain('{"status":"ok"}');
    trouble = 'database or disk is full';
    const answer = await own('GET /health HTTP/1.1');
    expect(statusOf(answer)).toBe(503);
    expect(answer).toContain('{"status":"failing","why":"database or disk is full"}');
  });
});
