/**
 * A loopback world for attempts at misuse. One address, 127.0.0.77, represents the public internet; for every other one
 * the real, strict guard decides. Listeners on forbidden addresses must see nothing.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { endpointId } from '../../lib/engine/plan/endpoint-id.ts';
import type { EndpointReport } from '../../lib/engine/report-schema.ts';
import { runCheck } from '../../lib/engine/run/run.ts';
import type { ProbeContext } from '../../lib/kinds/contract/probe.ts';
import { probes } from '../../lib/kinds/probes.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import { RunSettings } from '../../lib/model/request.ts';
import { systemClock } from '../../lib/net/clock.ts';
import { createDial } from '../../lib/net/dial.ts';
import { createGuard } from '../../lib/net/guard.ts';
import { createResolver } from '../../lib/net/resolver.ts';
import { type DnsServer, startDnsServer, type Zone } from '../servers/dns-server.ts';

/** Where the internet is. */
export const PUBLIC = '127.0.0.77';
/** Loopback addresses that a prober on the internet must never reach. */
export const FORBIDDEN = ['127.0.0.1', '127.0.0.2', '127.255.255.254', '::1'] as const;

export interface Trap {
  readonly port: number;
  /** `127.0.0.2 tcp`, for each connection or datagram. */
  readonly seen: readonly string[];
}

/** One port on which `serve` answers for the public, and on which every forbidden address listens, TCP and UDP. */
export async function trapAround(serve: (socket: Socket) => void): Promise<Trap> {
  const seen: string[] = [];
  // A port that is free on one address may be taken on another.
  for (let tries = 0; ; tries += 1) {
    const closers: (() => Promise<void>)[] = [];
    const closeAll = async (): Promise<void> => void (await Promise.all(closers.map((close) => close())));
    try {
      const port = await listen(serve, PUBLIC, 0, closers);
      for (const address of FORBIDDEN) {
        const note = (socket: Socket): void => {
          seen.push(`${address} tcp`);
          socket.destroy();
        };
        await listen(note, address, port, closers);
        await hear(() => seen.push(`${address} udp`), address, port, closers);
      }
      onTestFinished(closeAll);
      return { port, seen };
    } catch (error) {
      await closeAll();
      if (tries >= 20) throw error;
    }
  }
}

async function listen(
  serve: (socket: Socket) => void,
  address: string,
  port: number,
  closers: (() => Promise<void>)[],
): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  server.listen(port, address);
  await once(server, 'listening');
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function hear(
  note: () => void,
  address: string,
  port: number,
  closers: (() => Promise<void>)[],
): Promise<void> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', note);
  socket.bind(port, address);
  await once(socket, 'listening');
  closers.push(() => new Promise((resolve) => socket.close(resolve)));
}

export async function nameServer(zone: Zone): Promise<DnsServer> {
  const server = await startDnsServer(zone);
  onTestFinished(server.close);
  return server;
}

export interface World {
  readonly context: ProbeContext;
  /** `address:port`, each dial that was asked for, refused or not. */
  readonly dials: string[];
}

export function world(dns: string, pins: RunSettings['resolve'] = []): World {
  const dials: string[] = [];
  const strict = createGuard({ allowPrivate: false });
  const guard = (address: string) => (address === PUBLIC ? undefined : strict(address));
  const deadline = new AbortController().signal;
  const dial = createDial({ guard, clock: systemClock, deadline });
  return {
    dials,
    context: {
      vantage: 'local',
      deadline,
      clock: systemClock,
      guard,
      dial: (address, port, options) => {
        dials.push(`${address}:${port}`);
        return dial(address, port, options);
      },
      resolver: createResolver({ servers: [dns], pins, timeoutMs: 2_000, clock: systemClock, deadline }),
      randomHex: () => '00'.repeat(32),
      trustAnchors: [],
      ehloName: 'prober.example.net',
      families: [4, 6],
    },
  };
}

export const endpoint = (given: Partial<Endpoint> & Pick<Endpoint, 'kind' | 'host' | 'port'>): Endpoint => {
  const parts = { expect: 'open' as const, level: 'required' as const, target: given.host, ...given };
  return { id: endpointId(parts), ...parts };
};

/** The whole engine with the real probes, in this world. */
export async function check(
  endpoints: readonly Endpoint[],
  { context }: World,
  given: Partial<RunSettings> = {},
): Promise<EndpointReport[]> {
  const settings = RunSettings.parse({
    confirm: 1,
    confirmPauseMs: 1,
    timeoutMs: 1_500,
    defaultControls: false,
    ...given,
  });
  const reports: EndpointReport[] = [];
  await runCheck({
    id: 'misuse',
    endpoints,
    settings,
    context,
    probes,
    vantage: { id: 'local', kind: 'local' },
    events: { endpoint: (report) => void reports.push(report) },
  });
  return reports;
}

/** Answers each request with this head, whatever was asked. */
export const answering =
  (head: (request: string) => string) =>
  (socket: Socket): void => {
    socket.on('data', (chunk) => {
      socket.end(`${head(chunk.toString('latin1'))}\r\n\r\n`);
    });
  };
