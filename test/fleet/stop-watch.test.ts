import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { watchStop } from '../../lib/fleet/stop-watch.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A bucket that answers so, and how often it was asked. */
async function bucket(answer: (look: number) => RequestListener) {
  let looks = 0;
  const server = createServer((request, response) => {
    looks += 1;
    answer(looks)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/control/stop.json?X-Amz-Signature=x`, looks: () => looks };
}

const status =
  (code: number): RequestListener =>
  (_, response) => {
    response.writeHead(code).end('x'.repeat(200));
  };

it.each<[string, RequestListener]>([
  ['403', status(403)],
  ['404', status(404)],
  ['503', status(503)],
  ['a reset', (request) => request.socket.resetAndDestroy()],
  ['rubbish', (request) => request.socket.end('not http\r\n\r\n')],
  [
    'a body that breaks off',
    (request) => request.socket.end('HTTP/1.1 404 No\r\nContent-Length: 50\r\n\r\nx'),
  ],
])('goes on after %s, and stops at the first 200', async (_, answer) => {
  const { url, looks } = await bucket((look) => (look < 3 ? answer : status(200)));
  await new Promise<void>((stopped) => {
    closing.push(watchStop(url, stopped, 5));
  });
  expect(looks()).toBe(3);
});

it('looks no more once it was ended', async () => {
  const { url, looks } = await bucket(() => status(404));
  let stops = 0;
  await new Promise<void>((asked) => {
    const end = watchStop(url, () => (stops += 1), 5);
    const poll = setInterval(() => {
      if (looks() < 2) return;
      clearInterval(poll);
      end();
      asked();
    }, 1);
  });
  const seen = looks();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([looks() - seen <= 1, stops]).toEqual([true, 0]);
});

it('is no reason to end a run when it is given nothing that can be asked', () => {
  expect(() => watchStop('nonsense', () => undefined, 1)()).not.toThrow();
});
