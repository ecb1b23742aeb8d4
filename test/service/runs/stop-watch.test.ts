import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { MOST_UNREADABLE, watchStop } from '../../../lib/service/runs/stop-watch.ts';

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
  await new Promise<void>((stopped, reject) => {
    closing.push(watchStop(url, { stopped, unreadable: reject }, { everyMs: 5 }));
  });
  expect(looks()).toBe(3);
});

const UNREADABLE: readonly [string, RequestListener, RegExp][] = [
  ['503', status(503), /^status 503$/],
  ['a redirect', status(301), /^status 301$/],
  ['a reset', (request) => request.socket.resetAndDestroy(), /^ECONNRESET$/],
  ['rubbish', (request) => request.socket.end('not http\r\n\r\n'), /^HPE_/],
];

it.each(UNREADABLE)('gives up after %s several times in a row, and says why', async (_, answer, why) => {
  const { url, looks } = await bucket(() => answer);
  const said = await new Promise<string>((unreadable, reject) => {
    closing.push(watchStop(url, { stopped: () => reject(new Error('stopped')), unreadable }, { everyMs: 5 }));
  });
  expect(said).toMatch(why);
  expect(looks()).toBe(MOST_UNREADABLE);
});

it('begins to count again whenever S3 says that there is no switch', async () => {
  const { url, looks } = await bucket((look) =>
    look > 2 * MOST_UNREADABLE ? status(200) : look % MOST_UNREADABLE === 0 ? status(403) : status(503),
  );
  await new Promise<void>((stopped, reject) => {
    closing.push(watchStop(url, { stopped, unreadable: reject }, { everyMs: 5 }));
  });
  expect(looks()).toBe(2 * MOST_UNREADABLE + 1);
});

it('gives up where nobody answers at the address', async () => {
  const why = await new Promise<string>((unreadable, reject) => {
    const stopped = () => reject(new Error('stopped'));
    closing.push(watchStop('http://127.0.0.1:9/control/stop.json', { stopped, unreadable }, { everyMs: 1 }));
  });
  expect(why).toBe('ECONNREFUSED');
});

it('looks no more once it was ended', async () => {
  const { url, looks } = await bucket(() => status(404));
  let stops = 0;
  await new Promise<void>((asked) => {
    const events = { stopped: () => (stops += 1), unreadable: () => undefined };
    const end = watchStop(url, events, { everyMs: 5 });
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

it('takes an address that can’t be asked for one that can’t be read', async () => {
  const why = await new Promise<string>((unreadable, reject) => {
    const stopped = () => reject(new Error('stopped'));
    closing.push(watchStop('nonsense', { stopped, unreadable }, { everyMs: 1 }));
  });
  expect(why).toBe('no address that can be asked');
});
