/** A link of a station from the command that makes it to the browser that opens it, through a proxy's eyes. */
import { get, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSigningKey } from '../../lib/local/signing-key.ts';
import { type Station, startStation, withAccess } from '../../lib/local/station/station.ts';
import { addressRanges } from '../../lib/net/address-ranges.ts';
import { newFolder } from '../local/station/running-station.ts';
import { banner, closedPort, listen, type Peer } from '../servers/tcp-peers.ts';
import { memoryTelemetry } from '../service/runs/ports.ts';
import { runCli } from './run-cli.ts';

const BASE = 'https://checks.example.com';
let port: number;
let peer: Peer;
let station: Station;
let token: string;

/** What a proxy that ends TLS for the name would pass on. */
function asProxy(
  path: string,
): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }> {
  const headers = { host: 'checks.example.com', 'x-forwarded-for': '203.0.113.9' };
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    }).on('error', reject);
  });
}

beforeAll(async () => {
  const folder = newFolder();
  port = await closedPort();
  peer = await listen(banner('220 ready\r\n'));
  const signer = await openSigningKey(`${folder}/signing-key.pem`);
  const proxies = addressRanges(['127.0.0.1']);
  if (!signer.ok || 'wrong' in proxies) throw new Error('no station');
  const started = await startStation({
    folder,
    listen: { address: '127.0.0.1', port },
    baseUrl: new URL(BASE),
    proxies: proxies.ranges,
    askBaseUrl: async ({ pathname, search }) => (await asProxy(pathname + search)).text,
    signer: signer.value,
    allowPrivate: true,
    telemetry: memoryTelemetry(),
  });
  if (!started.ok) throw new Error(started.message);
  station = started.value;
  const made = await withAccess(folder, ({ tokens }) => tokens.make('ada', 'operator', 1));
  token = made.ok ? String(made.value) : '';
});
afterAll(async () => {
  await station?.close();
  await peer?.close();
});

const cli = (...args: string[]) =>
  runCli(args, { env: { INBOUND_CHECK_API: `http://127.0.0.1:${port}`, INBOUND_CHECK_TOKEN: token } });

it('is made by run, opened by everybody who has it, listed, and closed', async () => {
  await cli('target', 'add', 'shop', '--check', `tcp://127.0.0.1:${peer.port}`);
  const ran = await cli('run', 'shop', '--wait', '--no-default-controls', '--confirm', '0');
  const path =
    /^Link to the report of shop, until .*: https:\/\/checks\.example\.com(\/s\/[\w-]{43})$/m.exec(
      ran.stdout,
    )?.[1] ?? '';
  expect([ran.status, path]).toEqual([0, expect.stringMatching(/^\/s\//)]);

  const page = await asProxy(path);
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.text).toContain('shop');
  expect((await asProxy(`${path}.json`)).status).toBe(200);

  const listed = await cli('share', 'list');
  const id = /^([0-9a-f]{16}) {2}open until .* shop, run/m.exec(listed.stdout)?.[1] ?? '';
  expect(await cli('share', 'revoke', id)).toMatchObject({ status: 0 });
  const closed = await asProxy(path);
  const never = await asProxy(`/s/${'x'.repeat(43)}`);
  expect([closed.status, closed.text]).toEqual([404, never.text]);

  const redacted = await cli('share', 'create', /run (\S+)/.exec(ran.stderr)?.[1] ?? '', '--redact');
  expect(redacted.stdout).toMatch(/^https:\/\/checks\.example\.com\/s\//);
  expect((await asProxy(new URL(redacted.stdout.trim()).pathname)).text).not.toContain(
    'station:operator/ada',
  );
});
