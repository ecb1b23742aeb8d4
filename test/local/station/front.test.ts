/** How the station is reached from elsewhere: its own TLS, and proxies before it. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { get as getTls } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type PeerCertificate } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type StationServer,
  type StationServerOptions,
  startServer,
} from '../../../lib/local/station/http/server.ts';
import { createTlsReload } from '../../../lib/local/station/http/tls-reload.ts';
import { readTlsFiles } from '../../../lib/local/station/settings/tls-files.ts';
import { addressRanges } from '../../../lib/net/address-ranges.ts';
import { type Authority, createAuthority } from '../../certificates/authority.ts';
import { memoryTelemetry } from '../../service/runs/ports.ts';

const servers: StationServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(options: Partial<StationServerOptions> = {}): Promise<StationServer> {
  const server = await startServer(
    { address: '127.0.0.1', port: 0 },
    {
      routes: [],
      tokenOwner: () => undefined,
      trouble: () => undefined,
      telemetry: memoryTelemetry(),
      ...options,
    },
  );
  servers.push(server);
  return server;
}

function ask(
  url: string,
  { ca, headers = {} }: { readonly ca?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const options = { headers, agent: false, ...(ca !== undefined && { ca }) };
    const sent = (url.startsWith('https') ? getTls : get)(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
  });
}

describe('the TLS of a station', () => {
  async function files(ca: Authority): Promise<{ readonly cert: string; readonly key: string }> {
    const folder = mkdtempSync(join(tmpdir(), 'inbound-check-front-'));
    const paths = { cert: join(folder, 'chain.pem'), key: join(folder, 'key.pem') };
    await renew(ca, paths);
    return paths;
  }
  async function renew(
    ca: Authority,
    { cert, key }: { readonly cert: string; readonly key: string },
  ): Promise<void> {
    const issued = await ca.issue({ names: ['localhost'], ip: ['127.0.0.1'] });
    writeFileSync(cert, issued.chain);
    writeFileSync(key, issued.key);
  }
  async function material(paths: { readonly cert: string; readonly key: string }) {
    const read = await readTlsFiles(paths, { host: undefined, now: Date.now() });
    if (!read.ok) throw new Error(read.message);
    return read.value;
  }
  const shown = (url: string, ca: string, more: ConnectionOptions = {}): Promise<PeerCertificate> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', ca, ...more }, () => {
        resolve(socket.getPeerCertificate());
        socket.destroy();
      });
      socket.on('error', reject);
    });

  it('speaks to clients that know who issued its certificate, and no older protocol than TLS 1.2', async () => {
    const ca = await createAuthority();
    const { url } = await start({ tls: await material(await files(ca)) });
    expect(url).toMatch(/^https:/);
    expect(await ask(`${url}/health`, { ca: ca.root })).toMatchObject({ status: 200 });
    await expect(ask(`${url}/health`)).rejects.toThrow(/certificate/);
    await expect(
      shown(url, ca.root, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    ).rejects.toThrow(/version|protocol/i);
    await expect(ask(url.replace('https', 'http'))).rejects.toThrow();
  });

  it('shows a renewed certificate, and stays with the one before where the new files are no good', async () => {
    const ca = await createAuthority();
    const paths = await files(ca);
    const first = await material(paths);
    const server = await start({ tls: first });
    const telemetry = memoryTelemetry();
    const reload = createTlsReload(
      { tls: { files: paths, material: first } },
      { take: server.setTls, telemetry, now: Date.now },
    );
    const before = (await shown(server.url, ca.root)).serialNumber;

    writeFileSync(paths.key, 'half a ke');
    await reload();
    await reload();
    expect((await shown(server.url, ca.root)).serialNumber).toBe(before);
    expect(telemetry.lines.map(({ message }) => message)).toEqual([
      'the new certificate is not taken: the one before stays',
    ]);

    await renew(ca, paths);
    await reload();
    const after = (await shown(server.url, ca.root)).serialNumber;
    expect(after).not.toBe(before);
    await reload();
    expect((await shown(server.url, ca.root)).serialNumber).toBe(after);
  });
});

describe('a proxy before the station', () => {
  const proxiesOf = (...texts: string[]) => {
    const read = addressRanges(texts);
    if ('wrong' in read) throw new Error(read.wrong);
    return read.ranges;
  };

  it('may say for whom it asks if it is trusted, and asks by the name of the base URL', async () => {
    const clients: string[] = [];
    const open: StationServerOptions['open'] = [
      async ({ client }) => {
        clients.push(client);
        return { statusCode: 200, headers: {} };
      },
    ];
    const baseUrl = new URL('https://checks.example.com');
    const trusting = await start({ open, baseUrl, proxies: proxiesOf('127.0.0.1') });
    const headers = { host: 'checks.example.com', 'x-forwarded-for': '203.0.113.9, 198.51.100.1' };
    expect(await ask(trusting.url, { headers })).toMatchObject({ status: 200 });
    const other = await start({ open, baseUrl });
    expect(await ask(other.url, { headers })).toMatchObject({ status: 200 });
    expect(clients).toEqual(['198.51.100.1', '127.0.0.1']);
    expect(await ask(trusting.url, { headers: { host: 'attacker.example' } })).toMatchObject({ status: 403 });
  });
});

describe('a station that ends', () => {
  it('answers what is under way first, and takes no new connection', async () => {
    let reached: () => void = () => undefined;
    const isReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    let finish: () => void = () => undefined;
    const isFinished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const server = await start({
      open: [
        async () => {
          reached();
          await isFinished;
          return { statusCode: 200, headers: {}, body: 'done' };
        },
      ],
    });
    servers.pop();
    const asked = ask(server.url);
    await isReached;
    const closed = server.close();
    await expect(ask(server.url)).rejects.toThrow('ECONNREFUSED');
    finish();
    expect(await asked).toEqual({ status: 200, text: 'done' });
    await closed;
  });
});

it.each([
  ['a head', 'GET /health HTTP/1.1\r\nhost: HOST\r\nx-slow: '],
  [
    'a body',
    'POST /runs HTTP/1.1\r\nhost: HOST\r\nauthorization: Bearer op\r\ncontent-length: 400000\r\n\r\n{',
  ],
])('waits no longer than its bound for %s that does not come to its end', async (_, text) => {
  const { url } = await start({
    times: { headMs: 100, requestMs: 100 },
    tokenOwner: () => ({ name: 'ada', role: 'operator' }),
  });
  const { hostname, port, host } = new URL(url);
  const answer = await new Promise<string>((resolve) => {
    let seen = '';
    const socket = connectPlain(Number(port), hostname);
    socket.setEncoding('utf8').on('data', (piece: string) => {
      seen += piece;
    });
    socket.on('error', () => undefined).on('close', () => resolve(seen));
    socket.write(text.replace('HOST', host));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});

it('lets nobody hold a large answer for ever by reading slowly', async () => {
  const telemetry = memoryTelemetry();
  const isCut = new Promise<string>((resolve) => {
    Object.assign(telemetry, { warn: resolve });
  });
  // Far more than the kernel holds between the two.
  const body = 'x'.repeat(20_000_000);
  const { url } = await start({
    telemetry,
    times: { answerMs: 200 },
    open: [async () => ({ statusCode: 200, headers: {}, body })],
  });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false }, resolve).on('error', reject);
  });
  expect(await isCut).toBe('an answer was not read in time, and is cut off');
  let size = 0;
  const whole = await new Promise<boolean>((resolve) => {
    answer.on('error', () => undefined).on('close', () => resolve(answer.complete));
    answer.on('data', (piece: Buffer) => {
      size += piece.length;
    });
  });
  expect(whole).toBe(false);
  expect(size).toBeLessThan(body.length);
});
