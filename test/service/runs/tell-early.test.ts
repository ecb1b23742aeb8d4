import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type EarlyTelling, tellEarly } from '../../../lib/service/runs/tell-early.ts';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** A place that answers each PUT when the test lets it. */
async function place(everyMs = 0) {
  const bodies: string[] = [];
  const open: ServerResponse[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (piece) => (body += String(piece)));
    request.on('end', () => {
      bodies.push(`${request.method} ${request.url} ${body}`);
      open.push(response);
      waiting.shift()?.();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const telling = tellEarly(`http://127.0.0.1:${(server.address() as AddressInfo).port}/early`, everyMs);
  endings.push(() => {
    telling.end();
    server.closeAllConnections();
    server.close();
  });
  return {
    telling,
    bodies,
    /** The next request has come. */
    came: (): Promise<void> =>
      open.length > 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    answer: (status: number) => open.shift()?.writeHead(status).end(),
  };
}

const news = (telling: EarlyTelling, text: string) => telling.news(() => text, 1);

it('sends one at a time, and of what came meanwhile the newest', async () => {
  const { telling, bodies, came, answer } = await place();
  news(telling, 'one');
  await came();
  news(telling, 'two');
  news(telling, 'three');
  expect(bodies).toEqual(['PUT /early one']);
  answer(200);
  await came();
  expect(bodies).toEqual(['PUT /early one', 'PUT /early three']);
});

it('leaves a place alone that takes nothing three times in a row', async () => {
  const { telling, bodies, came, answer } = await place();
  for (const text of ['one', 'two', 'three']) {
    news(telling, text);
    await came();
    answer(403);
  }
  news(telling, 'four');
  // It has ended with the third refusal, whenever that was read.
  await expect
    .poll(() => {
      news(telling, 'more');
      return bodies.length;
    })
    .toBe(3);
});

it('ends at once: what is under way is given up, and nothing comes after', async () => {
  const { telling, bodies, came } = await place();
  news(telling, 'one');
  await came();
  telling.end();
  news(telling, 'two');
  expect(bodies).toEqual(['PUT /early one']);
});
