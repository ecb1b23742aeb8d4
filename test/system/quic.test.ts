/** The quic probe against a real server: Debian's caddy, which serves HTTP/3. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diagnoseQuic } from '../../lib/kinds/quic/diagnosis.ts';
import { probeQuic } from '../../lib/kinds/quic/probe.ts';
import { closedUdpPort } from '../servers/closed-udp-port.ts';
import { testContext, testSpec, testVantage } from '../servers/probe-context.ts';
import { readLongHeader } from '../servers/quic-server.ts';

let folder: string;
let caddy: ChildProcess;
let port: number;
let log = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inbound-check-caddy-'));
  port = await closedUdpPort();
  const config = join(folder, 'Caddyfile');
  await writeFile(
    config,
    `{
  admin off
  auto_https disable_redirects
  skip_install_trust
  storage file_system ${join(folder, 'storage')}
}
https://localhost:${port} {
  bind 127.0.0.1
  tls internal
  respond "hello"
}
`,
  );
  caddy = spawn('caddy', ['run', '--config', config, '--adapter', 'caddyfile'], {
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [caddy.stdout, caddy.stderr])
    stream?.on('data', (bytes: Buffer) => {
      log = (log + bytes.toString('utf8')).slice(-8_000);
    });
  await once(caddy, 'spawn');
  // It says so itself when it serves; its first certificates take a moment.
  while (!log.includes('serving initial configuration')) {
    if (caddy.exitCode !== null) throw new Error(`caddy ended: ${log}`);
    await pause(50);
  }
});

afterAll(async () => {
  if (caddy.exitCode === null) {
    caddy.kill('SIGTERM');
    await once(caddy, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
});

async function check(to: number, timeoutMs: number) {
  const observation = await probeQuic(
    testSpec('quic', { host: 'localhost', address: '127.0.0.1', port: to, timeoutMs }),
    testContext(),
  );
  const { state, faults } = diagnoseQuic(observation, {
    endpoint: {
      id: observation.endpointId,
      target: 'localhost',
      kind: 'quic',
      host: 'localhost',
      port: to,
      expect: 'open',
      level: 'required',
    },
    vantage: testVantage(),
    now: 0,
  });
  return { observation, state, faults };
}

it('gets Version Negotiation with matching ids from caddy', async () => {
  const { observation, state, faults } = await check(port, 30_000);
  expect(observation.quic).toMatchObject({ status: 'version-negotiation' });
  expect(observation.quic?.versions).toContain('v1');
  expect({ state, faults }).toEqual({ state: 'open', faults: [] });
});

it('has its Initial accepted by caddy behind a device that drops unknown versions', async () => {
  const device = await dropUnknownVersions(port);
  try {
    const { observation, state } = await check(device.address().port, 4_000);
    expect(observation.quic).toEqual({ status: 'version-1', versions: ['v1'] });
    expect(state).toBe('open');
  } finally {
    device.close();
  }
});

/** Passes datagrams of version 1 on to the server, and its answers back to the one client. */
async function dropUnknownVersions(server: number): Promise<Socket> {
  const device = createSocket('udp4');
  let client = 0;
  device.on('message', (message, peer) => {
    if (peer.port === server) {
      device.send(message, client, '127.0.0.1');
    } else if (readLongHeader(message).version === 1) {
      client = peer.port;
      device.send(message, server, '127.0.0.1');
    }
  });
  device.bind(0, '127.0.0.1');
  await once(device, 'listening');
  return device;
}
