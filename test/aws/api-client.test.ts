import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createApiClient } from '../../lib/aws/api-client.ts';
import type { Contract } from '../../lib/service/contracts/contract.ts';

const get = {
  id: 'get',
  method: 'GET',
  path: '/things/{name}',
  tag: 'targets',
  summary: '',
  params: z.strictObject({ name: z.string() }),
  query: z.strictObject({ limit: z.coerce.number().optional() }),
  status: 200,
  result: z.object({ size: z.number() }),
} as const satisfies Contract;
const post = {
  ...get,
  id: 'post',
  method: 'POST',
  body: z.object({ size: z.number() }),
} as const satisfies Contract;
const text = {
  ...get,
  id: 'text',
  result: z.string(),
  mediaType: 'application/json',
} as const satisfies Contract;

let close = async (): Promise<void> => undefined;
afterEach(() => close());

/** An API that answers one after the other, and the last again and again. */
async function api(...answers: ((response: ServerResponse) => void)[]) {
  const asked: (IncomingMessage & { body: string })[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      asked.push(Object.assign(request, { body }));
      answers[Math.min(asked.length, answers.length) - 1]?.(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  const client = createApiClient({
    url: new URL(`http://127.0.0.1:${port}`),
    region: 'eu-west-1',
    credentials,
  });
  return { client, asked, port };
}

const answer =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);

describe('the client of the API', () => {
  it('signs what it asks, with the path and the query encoded', async () => {
    const { client, asked } = await api(answer(200, '{"size":1,"later":true}'));
    const asking = await client(get, { params: { name: 'a b/c' }, query: { limit: 3 } });
    expect(asking).toEqual({ status: 'answered', value: { size: 1 } });
    expect(asked[0]?.url).toBe('/things/a%20b%2Fc?limit=3');
    expect(asked[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=[\w;-]*host[\w;-]*, Signature=[0-9a-f]{64}$/,
    );
  });

  it('sends a body as JSON and gives text as it came', async () => {
    const { client, asked } = await api(answer(200, '{"size":2}'));
    await client(post, { params: { name: 'x' }, body: { size: 2 } });
    expect(asked[0]).toMatchObject({ method: 'POST', body: '{"size":2}' });
    expect(await client(text, { params: { name: 'x' } })).toEqual({
      status: 'answered',
      value: '{"size":2}',
    });
  });

  it('asks a second time for what only reads, and never for what starts something', async () => {
    const busy = answer(503, '{"message":"Service Unavailable"}');
    const reading = await api(busy, answer(200, '{"size":1}'));
    expect(await reading.client(get, { params: { name: 'x' } })).toMatchObject({ status: 'answered' });
    expect(reading.asked).toHaveLength(2);
    await close();
    const starting = await api(busy, answer(200, '{"size":1}'));
    expect(await starting.client(post, { params: { name: 'x' }, body: { size: 1 } })).toEqual({
      status: 'unreachable',
      message: expect.stringContaining('POST /things/x: Service Unavailable'),
    });
    expect(starting.asked).toHaveLength(1);
  });

  it.each<[string, (response: ServerResponse) => void, object]>([
    [
      'a problem',
      answer(404, '{"type":"urn:x","title":"T","status":404,"detail":"D"}', {
        'content-type': 'application/problem+json',
      }),
      { status: 'refused', problem: { type: 'urn:x', detail: 'D' } },
    ],
    [
      'a refusal of IAM',
      answer(403, '{"message":"Forbidden"}'),
      {
        status: 'refused',
        problem: {
          type: 'urn:inbound-check:problem:forbidden',
          detail: expect.stringContaining('AWS refuses GET /things/x (Forbidden)'),
        },
      },
    ],
    [
      'another site',
      answer(200, '<html>', { 'content-type': 'text/html' }),
      { status: 'unreachable', message: expect.stringContaining('is not what this version knows') },
    ],
    [
      'another site that has no such page',
      answer(404, '<html>', { 'content-type': 'text/html' }),
      { status: 'refused', problem: { detail: 'the API has no GET /things/x: is the address right?' } },
    ],
    [
      'a redirect, which would carry the signature elsewhere',
      answer(302, '', { location: 'http://127.0.0.1:9/' }),
      { status: 'unreachable' },
    ],
    [
      'a connection that is cut',
      (response) =>
        void response.writeHead(200, { 'content-length': '99' }).write('{', () => response.destroy()),
      { status: 'unreachable' },
    ],
    [
      'an error with an escape sequence in it',
      answer(500, '{"message":"\\u001b[2J"}'),
      { status: 'unreachable', message: expect.stringContaining('\\x1b[2J') },
    ],
  ])('takes %s for what it is', async (_, given, expected) => {
    const { client } = await api(given);
    expect(await client(get, { params: { name: 'x' } })).toMatchObject(expected);
  });

  it('says in a line that nobody listens', async () => {
    const { client, port } = await api(answer(200, '{}'));
    await close();
    expect(await client(get, { params: { name: 'x' } })).toEqual({
      status: 'unreachable',
      message: `the API can't be reached: 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
    });
    close = async () => undefined;
  });
});
