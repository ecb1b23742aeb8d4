/**
 * The test listener: servers on some ports that answer a challenge with a proof until a time. It opens no connection of its
 * own, and what it keeps does not grow with what arrives.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { ListenerCode } from '../../kinds/listener/code.ts';
import type { ListenerArrival, ListenerPort, ListenerPortCount } from '../../kinds/listener/listener-log.ts';
import { isoTime } from '../../net/clock.ts';
import type { Clock } from '../../net/network-access.ts';
import { hostAddresses, plainAddress } from './addresses.ts';
import { Admission } from './admission.ts';
import { type ConnectionContext, type Heard, serveConnection } from './connection.ts';
import { isTakenOnLoopbackAlone, ownerOfPort, type PortOwner } from './port-owner.ts';
import type { WantedPort } from './ports.ts';
import { throwAwayContext } from './tls-session.ts';

export interface ListenerOptions {
  readonly code: ListenerCode;
  readonly ports: readonly WantedPort[];
  /** Epoch ms: nothing is answered from then on, also if the machine slept and timers did not run. */
  readonly endsAt: number;
  /** One address of this host; absent: all of them. */
  readonly bind?: string;
  readonly health?: string;
  /** In the SMTP greeting. */
  readonly hostName: string;
  /** What anybody is told who sends no challenge. */
  readonly notice: string;
  readonly clock: Clock;
  /** Called for each connection, once. */
  readonly onArrival: (arrival: ListenerArrival) => void;
  /** Called instead for one that was reset before it could be looked at: the system no longer knows who it was. */
  readonly onGone?: (gone: GoneConnection) => void;
  /** Who has a taken port; absent: as Linux tells it. */
  readonly ownerOf?: (port: number) => Promise<PortOwner | undefined>;
  /** For tests: this host's addresses but loopback. */
  readonly addresses?: readonly string[];
}

/** Nothing but when and where: no evidence of anything, so that it has no line in the log. */
export interface GoneConnection {
  readonly port: number;
  readonly at: string;
}

export interface PortListener {
  /** What became of each port, in the order that was asked for. */
  readonly ports: readonly ListenerPort[];
  counts(): readonly ListenerPortCount[];
  /** Closes all ports and connections. */
  close(): Promise<void>;
}

type Count = { -readonly [K in keyof ListenerPortCount]: ListenerPortCount[K] };

interface OpenPort {
  readonly result: ListenerPort;
  readonly servers: readonly Server[];
}

/** Opens what can be opened; a port that can't be is told in `ports` and prevents nothing. */
export async function startListener(options: ListenerOptions): Promise<PortListener> {
  const { clock, onArrival } = options;
  const admission = new Admission(clock);
  const sockets = new Set<Socket>();
  const counts: Count[] = [];
  const context: ConnectionContext = {
    code: options.code,
    clock,
    notice: options.notice,
    hostName: options.hostName,
    ...(options.health !== undefined && { health: options.health }),
    secureContext: throwAwayContext(clock.now()),
  };

  const accept = (socket: Socket, count: Count, { role }: WantedPort): void => {
    const { remoteAddress } = socket;
    const source = plainAddress(remoteAddress ?? '');
    if (clock.now() >= options.endsAt || !admission.enter(source)) {
      count.refused += 1;
      socket.on('error', () => undefined).destroy();
      return;
    }
    count.connections += 1;
    if (remoteAddress === undefined) {
      socket.on('error', () => undefined).destroy();
      admission.leave(source);
      options.onGone?.({ port: count.port, at: isoTime(clock.now()) });
      return;
    }
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      admission.leave(source);
    });
    serveConnection(socket, count.port, role, context, (heard: Heard) => {
      if (heard === 'health') {
        count.health += 1;
        return;
      }
      if (heard.what === 'challenge') count.proofs += 1;
      onArrival(heard);
    });
  };

  const open = async (wanted: WantedPort): Promise<OpenPort> => {
    const { port, role } = wanted;
    const count: Count = { port, connections: 0, proofs: 0, health: 0, refused: 0 };
    const { servers, fault, addresses } = await openServers(port, options, (socket) =>
      accept(socket, count, wanted),
    );
    if (fault !== undefined) return { result: await failed(wanted, fault, options.ownerOf), servers };
    const address = servers[0]?.address();
    if (typeof address === 'object' && address !== null) count.port = address.port;
    counts.push(count);
    return {
      result: { port: count.port, role, state: 'listening', ...(addresses && { addresses: [...addresses] }) },
      servers,
    };
  };

  const opened: OpenPort[] = [];
  for (const wanted of options.ports) opened.push(await open(wanted));
  return {
    ports: opened.map(({ result }) => result),
    counts: () => counts.map((count) => ({ ...count })),
    async close() {
      const closed = opened.flatMap(({ servers }) => servers.map(closeServer));
      const gone = [...sockets].map((socket) => once(socket.destroy(), 'close'));
      await Promise.all([...closed, ...gone]);
    },
  };
}

interface Opened {
  readonly servers: readonly Server[];
  /** The port could not be opened. */
  readonly fault?: NodeJS.ErrnoException;
  /** Only on these, and not on all of the host. */
  readonly addresses?: readonly string[];
}

async function openServers(
  port: number,
  options: ListenerOptions,
  onConnection: (socket: Socket) => void,
): Promise<Opened> {
  const first = await bindServer(port, options.bind, onConnection);
  if (first.server !== undefined) return { servers: [first.server] };
  const { fault } = first;
  if (options.bind !== undefined || fault.code !== 'EADDRINUSE' || !(await isTakenOnLoopbackAlone(port)))
    return { servers: [], fault };
  const servers: Server[] = [];
  const addresses: string[] = [];
  for (const address of options.addresses ?? hostAddresses()) {
    const { server } = await bindServer(port, address, onConnection);
    if (server === undefined) continue;
    servers.push(server);
    addresses.push(address);
  }
  return servers.length === 0 ? { servers, fault } : { servers, addresses };
}

type Bound =
  | { readonly server: Server }
  | { readonly server?: undefined; readonly fault: NodeJS.ErrnoException };

async function bindServer(
  port: number,
  host: string | undefined,
  onConnection: (socket: Socket) => void,
): Promise<Bound> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  try {
    server.listen({ port, ...(host !== undefined && { host }) });
    await once(server, 'listening');
  } catch (error) {
    return { fault: error as NodeJS.ErrnoException };
  }
  // Too many open files: the connection is lost, the listener is not.
  server.on('error', () => undefined);
  return { server };
}

async function failed(
  { port, role }: WantedPort,
  { code = 'unknown' }: NodeJS.ErrnoException,
  ownerOf: (port: number) => Promise<PortOwner | undefined> = ownerOfPort,
): Promise<ListenerPort> {
  switch (code) {
    case 'EADDRINUSE': {
      const by = await ownerOf(port);
      return { port, role, state: 'taken', ...(by !== undefined && { by }) };
    }
    case 'EACCES':
    case 'EPERM':
      return { port, role, state: 'denied' };
    default:
      return { port, role, state: 'unavailable', reason: code };
  }
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });
