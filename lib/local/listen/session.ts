/** One use of the listener: opens ports, shows and logs what arrives, and ends by itself. */
import type { CaptureRecord } from '../../kinds/listener/capture-record.ts';
import type { ListenerCode } from '../../kinds/listener/code.ts';
import {
  LISTENER_LOG_VERSION,
  type ListenerArrival,
  type ListenerEnd,
} from '../../kinds/listener/listener-log.ts';
import { listenerKeyId } from '../../kinds/listener/seal-keys.ts';
import { isoTime } from '../../net/clock.ts';
import type { Clock } from '../../net/network-access.ts';
import { hostAddresses } from './addresses.ts';
import { Arrivals, type PortState } from './arrivals.ts';
import { type Capture, startCapture } from './capture/capture.ts';
import { type GoneConnection, type ListenerOptions, startListener } from './listener.ts';
import type { LogFile } from './log-file.ts';
import type { WantedPort } from './ports.ts';
import type { Screen } from './screen.ts';

export interface SessionOptions {
  readonly code: ListenerCode;
  readonly ports: readonly WantedPort[];
  /** Milliseconds. */
  readonly forMs: number;
  readonly bind?: string;
  readonly health?: string;
  readonly hostName: string;
  readonly clock: Clock;
  readonly log?: LogFile;
  /** Also watch the packets to the ports, below the sockets; `pcap`: descriptor of a new file that gets them. */
  readonly watch?: { readonly pcap?: number; readonly told: (fault: string | undefined) => void };
  readonly screen: Screen;
  /** Who has a taken port; absent: as Linux tells it. */
  readonly ownerOf?: ListenerOptions['ownerOf'];
  /** Ends it before its time. */
  readonly signal: AbortSignal;
}

export interface SessionResult {
  readonly endedAt: string;
  /** `no-port`: none could be opened, and nothing was waited for. */
  readonly reason: ListenerEnd['reason'];
  readonly ports: readonly PortState[];
  /** Connections that were counted only. */
  readonly leftOut: number;
  /** The log's first write error. */
  readonly logFault?: NodeJS.ErrnoException;
  /** Why the file of packets is not whole. */
  readonly pcapFault?: string;
}

export async function runSession(options: SessionOptions): Promise<SessionResult> {
  const { clock, code, log, screen, signal } = options;
  const started = clock.now();
  const endsAt = started + options.forMs;
  // The first port may be reached while the next is being opened.
  const early: ListenerArrival[] = [];
  let onArrival = (arrival: ListenerArrival): void => void early.push(arrival);
  const earlyGone: GoneConnection[] = [];
  let onGone = (gone: GoneConnection): void => void earlyGone.push(gone);
  const listener = await startListener({
    code,
    ports: options.ports,
    endsAt,
    hostName: options.hostName,
    notice: `This is a test listener of Inbound Check until ${isoTime(endsAt).slice(0, 16)}Z.`,
    clock,
    onArrival: (arrival) => onArrival(arrival),
    onGone: (gone) => onGone(gone),
    ...(options.ownerOf && { ownerOf: options.ownerOf }),
    ...(options.bind !== undefined && { bind: options.bind }),
    ...(options.health !== undefined && { health: options.health }),
  });
  // Not sooner: until the ports are open, the host itself refuses what arrives.
  const packets: CaptureRecord[] = [];
  let onPacket = (packet: CaptureRecord): void => void packets.push(packet);
  const watching = options.watch && (await watch(options.watch, options, (packet) => onPacket(packet)));
  const arrivals = new Arrivals(listener.ports);
  screen.begin(arrivals.ports());
  log?.write({
    what: 'start',
    version: LISTENER_LOG_VERSION,
    startedAt: isoTime(started),
    endsAt: isoTime(endsAt),
    keyId: listenerKeyId(code),
    addresses: options.bind === undefined ? hostAddresses() : [options.bind],
    ports: [...listener.ports],
  });
  onArrival = (arrival) => {
    const isTold = arrivals.add(arrival);
    if (isTold) log?.write(arrival);
    screen.arrived(arrivals.ports(), arrival, isTold);
  };
  early.forEach(onArrival);
  onGone = (gone) => {
    const isTold = arrivals.addGone(gone);
    screen.gone(arrivals.ports(), gone, isTold);
  };
  earlyGone.forEach(onGone);
  onPacket = (packet) => log?.write(packet);
  packets.forEach(onPacket);
  // Beside a port that another program has, its packets are watched.
  const isOpen = listener.ports.some(
    ({ state }) => state === 'listening' || (state === 'taken' && watching !== undefined),
  );
  const reason = isOpen ? await ended(endsAt - clock.now(), signal) : 'no-port';
  // What arrives while the ports are being closed says nothing of the way here.
  const endedAt = isoTime(clock.now());
  await listener.close();
  const pcapFault = await watching?.stop();
  log?.write({ what: 'end', at: endedAt, reason, ports: [...listener.counts()], leftOut: arrivals.leftOut });
  const logFault = log?.close();
  return {
    endedAt,
    reason,
    ports: arrivals.ports(),
    leftOut: arrivals.leftOut,
    ...(logFault && { logFault }),
    ...(pcapFault !== undefined && { pcapFault }),
  };
}

/** `undefined`: it can't be; why was told. */
async function watch(
  { pcap, told }: NonNullable<SessionOptions['watch']>,
  { ports, clock }: SessionOptions,
  onRecord: (record: CaptureRecord) => void,
): Promise<Capture | undefined> {
  const started = await startCapture({
    ports: ports.map(({ port }) => port),
    onRecord,
    now: () => clock.now(),
    ...(pcap !== undefined && { pcap }),
  });
  told(started.ok ? undefined : started.why);
  return started.ok ? started.capture : undefined;
}

function ended(ms: number, signal: AbortSignal): Promise<'time' | 'signal'> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve('signal');
    const timer = setTimeout(() => resolve('time'), ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve('signal');
      },
      { once: true },
    );
  });
}
