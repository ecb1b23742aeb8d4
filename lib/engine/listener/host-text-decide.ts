/**
 * What an unsigned text of the listener's machine decides about the attempts of a report. Pure. A line is tied to an attempt by the
 * prober's source address and port alone: its clock is local, of a zone that it does not name, and only keeps lines of other
 * days out. That a line is missing proves nothing: a person has chosen what to log and what to send.
 */
import type { HostPacket, HostText, ListeningRow } from '../../kinds/listener/host-text/host-packet.ts';
import { HTTP_SYS, SYSTEM_PID } from '../../kinds/listener/host-text/socket-table.ts';
import type { PathCause } from './decide.ts';
import { addressOf, type ListenerAttempt, type ListenerView, portOf } from './evidence.ts';
import type { Counts } from './packet-index.ts';

/** Fewer may be lost by chance. */
const LEAST_PACKETS = 3;
/** Zones are 12 h behind UTC to 14 h ahead of it; and an hour for a clock that is wrong. */
const ZONES_MS = 15 * 3_600_000;

/** Others rest on what is missing, or on an address that a person could have written. */
export type HostTextCause = Extract<
  PathCause,
  'path.host-firewall' | 'path.nothing-listens' | 'path.reply-lost'
>;

export type HostTextOutcome =
  | 'arrived'
  | 'not-in-text'
  | 'not-repeated'
  | 'answered-on-the-way'
  | 'reply-maybe-lost'
  | 'let-in'
  | 'dropped'
  | 'no-answer';

/** About one endpoint at one address. */
export interface HostTextDecision {
  readonly endpoint: string;
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly saw: readonly ListenerAttempt['saw'][];
  readonly found: HostTextCause | HostTextOutcome;
  /** Ends of the first connection that is tied. */
  readonly arrived?: { readonly remote: string; readonly local: string };
  readonly counts: Counts;
  readonly drops: number;
  /** Of the first drop; not yet printable. */
  readonly reason?: string;
  /** Whether a socket listens on the port there, as far as a table or a listener's log says. */
  readonly socket: 'listening' | 'none' | 'unknown';
  /** Who has it. */
  readonly by?: { readonly program?: string; readonly pid: number };
}

/** What else is known of the machine: a listener's log, a table of sockets. */
export interface KnownSockets {
  readonly listener?: Pick<ListenerView, 'ports' | 'addresses' | 'from' | 'until'> & {
    /** Listener's clock less prober's in ms, where an exchange tells. */
    readonly offset?: number;
  };
  readonly table?: readonly ListeningRow[];
}

/** Groups of attempts, one for each endpoint and address, to ports that are named. */
export function decideByText(
  attempts: readonly ListenerAttempt[],
  text: HostText,
  known: KnownSockets,
): readonly HostTextDecision[] {
  const byRemote = new Map<string, HostPacket[]>();
  for (const packet of text.packets) {
    const others = byRemote.get(packet.remote);
    if (others === undefined) byRemote.set(packet.remote, [packet]);
    else others.push(packet);
  }
  const groups = new Map<string, ListenerAttempt[]>();
  for (const attempt of attempts) {
    const key = `${attempt.endpoint} ${attempt.address}`;
    groups.set(key, [...(groups.get(key) ?? []), attempt]);
  }
  return [...groups.values()].flatMap((group) => decideGroup(group, byRemote, text, known) ?? []);
}

function decideGroup(
  group: readonly ListenerAttempt[],
  byRemote: ReadonlyMap<string, readonly HostPacket[]>,
  text: HostText,
  known: KnownSockets,
): HostTextDecision | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const { endpoint, host, address, port } = first;
  const tied = new Map(group.map((attempt) => [attempt, packetsOf(attempt, byRemote)]));
  const attempts = group.filter((attempt) => (tied.get(attempt) ?? []).length > 0);
  const packets = attempts.flatMap((attempt) => tied.get(attempt) ?? []);
  const count = (...kinds: readonly HostPacket['what'][]): number =>
    packets.filter(({ what }) => kinds.includes(what)).length;
  const drop = packets.find(({ reason }) => reason !== undefined)?.reason;
  const [packet] = packets;
  const counts: Counts = {
    syns: Math.max(count('arrived', 'allowed'), count('firewall-drop', 'no-socket', 'other-drop')),
    synAcks: count('syn-ack'),
    rsts: count('rst'),
    icmps: 0,
  };
  const base = {
    endpoint,
    host,
    address,
    port,
    saw: (attempts.length > 0 ? attempts : group).map(({ saw }) => saw),
    ...(packet !== undefined && { arrived: { remote: packet.remote, local: packet.local } }),
    counts,
    drops: count('firewall-drop', 'no-socket', 'other-drop'),
    ...(drop !== undefined && { reason: drop }),
    ...socketOf(first, attempts, packet?.local, known),
  };
  return { ...base, found: foundBy(base, count, text) };
}

/** Of the attempt's own connection; the text has the port as the machine sees it. */
function packetsOf(
  { sources, sourcePort, port, family, from }: ListenerAttempt,
  byRemote: ReadonlyMap<string, readonly HostPacket[]>,
): readonly HostPacket[] {
  if (sourcePort === undefined) return [];
  return sources
    .flatMap(
      (source) => byRemote.get(family === 6 ? `[${source}]:${sourcePort}` : `${source}:${sourcePort}`) ?? [],
    )
    .filter(
      ({ local, at }) => portOf(local) === port && (at === undefined || Math.abs(at - from) <= ZONES_MS),
    );
}

type Known = Pick<HostTextDecision, 'saw' | 'counts' | 'socket'>;

function foundBy(
  { saw, counts, socket }: Known,
  count: (...kinds: readonly HostPacket['what'][]) => number,
  { showsAnswers }: Pick<HostText, 'showsAnswers'>,
): HostTextCause | HostTextOutcome {
  if (counts.syns + counts.synAcks + counts.rsts === 0) return 'not-in-text';
  const connected = saw.filter((one) => one === 'connected' || one === 'reset').length;
  if (connected > 0) return connected === saw.length ? 'arrived' : 'not-repeated';
  if (counts.synAcks > 0) {
    if (!saw.every((one) => one === 'silent')) return 'answered-on-the-way';
    return counts.synAcks >= LEAST_PACKETS ? 'path.reply-lost' : 'reply-maybe-lost';
  }
  if (counts.rsts > 0 || count('no-socket') > 0)
    return socket === 'listening' ? 'path.host-firewall' : 'path.nothing-listens';
  // From here on the machine sent nothing, as far as the text goes.
  if (!saw.every((one) => one === 'silent')) return 'answered-on-the-way';
  // Of two attempts the firewall may have dropped one and let in the other, whose answer is missing all the same.
  if (count('firewall-drop') > 0 && count('allowed') === 0) return 'path.host-firewall';
  if (count('other-drop') > 0) return 'dropped';
  if (count('allowed') > 0) return 'let-in';
  if (!showsAnswers || counts.syns < LEAST_PACKETS) return 'no-answer';
  // Windows is silent, too, where nothing listens (stealth mode of its firewall): the table of sockets tells them apart.
  if (socket === 'unknown') return 'no-answer';
  return socket === 'listening' ? 'path.host-firewall' : 'path.nothing-listens';
}

const ANY = { 4: '0.0.0.0', 6: '::' } as const;

function socketOf(
  { port, family }: Pick<ListenerAttempt, 'port' | 'family'>,
  attempts: readonly ListenerAttempt[],
  local: string | undefined,
  { listener, table }: KnownSockets,
): Pick<HostTextDecision, 'socket' | 'by'> {
  const address = local === undefined ? undefined : addressOf(local);
  const state = listener?.ports.find((one) => one.port === port);
  if (state?.state === 'listening' && wasOpen(attempts, address, listener)) return { socket: 'listening' };
  if (table !== undefined) {
    const rows = table.filter((row) => row.port === port);
    const row = rows.find((one) => one.address === ANY[family] || one.address === address);
    const both = family === 4 ? rows.find((one) => one.address === ANY[6]) : undefined;
    const owner = row ?? both ?? rows[0];
    // A socket of IPv6 on all addresses may be one of both families: the table does not say.
    const absent = both === undefined ? 'none' : 'unknown';
    return {
      socket: row === undefined ? absent : 'listening',
      ...(owner && {
        by: { pid: owner.pid, ...(owner.pid === SYSTEM_PID && { program: HTTP_SYS }) },
      }),
    };
  }
  return { socket: 'unknown', ...(state?.by && { by: state.by }) };
}

/** Where nothing tells how the clocks differ, they are taken to agree to a minute. */
const CLOCKS_MS = 60_000;

/** The listener had the address, and ran all the time of these attempts: one that has ended has no socket. */
function wasOpen(
  attempts: readonly ListenerAttempt[],
  address: string | undefined,
  listener: KnownSockets['listener'],
): boolean {
  if (listener === undefined || address === undefined || !listener.addresses.includes(address)) return false;
  const { from, until, offset } = listener;
  const slack = offset === undefined ? CLOCKS_MS : 0;
  const shift = offset ?? 0;
  return attempts.every((one) => one.from + shift - slack >= from && one.until + shift + slack <= until);
}

/** A listener's ports, with who has a taken one where a table of sockets says that and the log does not. */
export function withTable(
  ports: ListenerView['ports'],
  table: readonly ListeningRow[] | undefined,
): ListenerView['ports'] {
  if (table === undefined) return ports;
  return ports.map((one) => {
    const row = one.state === 'taken' && one.by === undefined && table.find(({ port }) => port === one.port);
    return row
      ? { ...one, by: { program: row.pid === SYSTEM_PID ? HTTP_SYS : 'a program', pid: row.pid } }
      : one;
  });
}
