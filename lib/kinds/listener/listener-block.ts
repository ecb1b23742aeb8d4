/**
 * A listener's log as a block of text to paste into a ticket (`inbound-check listen --block`), at most 2 KB a port:
 *
 * ```text
 * -----BEGIN INBOUND CHECK LISTENER-----
 * v1,5f0c1d2e,2026-11-30T10:14:00.000Z,2026-11-30T10:44:00.004Z,time,0,0.012;
 * port,443,any,listening,,,whole;
 * c,183.120,198.51.100.9:50412,10.0.3.4,own,1/1/0/0;
 * mac,…64 hexadecimal digits…;
 * -----END INBOUND CHECK LISTENER-----
 * ```
 *
 * The first record: version, name of the code, start, end, why it ended, connections that were counted only, and since when packets
 * were watched (s after the start; empty: never). A port: role, state, program and its PID, and whether all packets were watched. Then its connections:
 * `c` with a challenge, `n` without, `s` silent, `t` TLS that was not finished, `p` packets alone; s after the start, both ends,
 * whether that address is the listener's, and SYN/SYN-ACK/RST/ICMP.
 *
 * No blank means anything, nor does a line end or what a mail program puts in front of a line: the seal is over the records alone.
 */
import { createHmac } from 'node:crypto';
import { type BlockConnection, blockConnections, byImportance, MAX_PACKETS } from './block-connections.ts';
import type { CaptureRecord } from './capture-record.ts';
import type { ListenerCode } from './code.ts';
import type { ListenerLog, ListenerPort } from './listener-log.ts';
import { type ListenerSealKeys, sealKeysOf } from './seal-keys.ts';

export const BLOCK_TITLE = 'INBOUND CHECK LISTENER';
export const MAX_BLOCK_BYTES_A_PORT = 2_048;

/** What a connection was, in a letter. */
export const LETTERS = {
  c: 'challenge',
  n: 'no-challenge',
  s: 'silent',
  t: 'tls-failed',
  p: undefined,
} as const;

const BEGIN = `-----BEGIN ${BLOCK_TITLE}-----\n`;
const END = `-----END ${BLOCK_TITLE}-----\n`;
/** `mac,`, 64 digits, `;` and a line end. */
const MAC_BYTES = 70;

/** Over the records, without blanks and line ends. A key of its own: no line of a log passes for a block. */
export function blockMac({ block }: Pick<ListenerSealKeys, 'block'>, records: string): string {
  return createHmac('sha256', Buffer.from(block, 'hex')).update(records).digest('hex');
}

/** @returns with its line end */
export function listenerBlock(log: ListenerLog, code: ListenerCode): string {
  const { start, arrivals, packets } = log;
  const from = Date.parse(start.startedAt);
  const connections = blockConnections(arrivals, packets);
  const head = headRecord(log, from);
  const shared = BEGIN.length + END.length + MAC_BYTES + head.length;
  const room = MAX_BLOCK_BYTES_A_PORT - Math.ceil(shared / Math.max(1, start.ports.length));
  const records = [
    head,
    ...start.ports.flatMap((port) =>
      portRecords(
        port,
        connections.filter((one) => one.port === port.port),
        { ...log, from, room },
      ),
    ),
  ];
  const mac = blockMac(sealKeysOf(code), records.map((record) => record.trimEnd()).join(''));
  return `${BEGIN}${records.join('')}mac,${mac};\n${END}`;
}

const record = (...fields: readonly (string | number)[]): string => `${fields.join(',')};\n`;

function headRecord({ start, end, packets }: ListenerLog, from: number): string {
  const watching = packets.find(({ what }) => what === 'watching');
  return record(
    'v1',
    start.keyId,
    start.startedAt,
    end.at,
    end.reason,
    end.leftOut,
    watching === undefined ? '' : seconds(Date.parse(watching.at) - from),
  );
}

interface Room extends ListenerLog {
  readonly from: number;
  /** Bytes. */
  readonly room: number;
}

function portRecords(
  port: ListenerPort,
  all: readonly BlockConnection[],
  { start, packets, from, room }: Room,
): readonly string[] {
  const headOf = (watch: Watch): string =>
    record(
      'port',
      port.port,
      port.role,
      port.state,
      port.by === undefined ? '' : encodeURIComponent(Buffer.from(port.by.program).toString()),
      port.by?.pid ?? '',
      watch,
    );
  const watch = watchOf(port.port, packets);
  const told: string[] = [];
  let left = room - headOf('whole').length;
  for (const connection of byImportance(all)) {
    const text = connectionRecord(connection, start.addresses, from);
    if (text === undefined || text.length > left) continue;
    left -= text.length;
    told.push(text);
  }
  // From then on the absence of a packet proves nothing, as where the listener could not keep them.
  return [headOf(told.length < all.length && watch === 'whole' ? 'lost' : watch), ...told];
}

function connectionRecord(
  connection: BlockConnection,
  addresses: readonly string[],
  from: number,
): string | undefined {
  const { remote, local, arrival, icmp, at, syns, synAcks, rsts, icmps } = connection;
  if ([syns, synAcks, rsts, icmps].some((count) => count > MAX_PACKETS)) return undefined;
  const letter = Object.entries(LETTERS).find(([, what]) => what === arrival)?.[0] ?? 'p';
  const address = local.slice(0, local.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  const errors = icmp === undefined ? '0' : `${icmps}:${icmp.type}.${icmp.code}`;
  return record(
    letter,
    seconds(at - from),
    remote,
    address,
    addresses.includes(address) ? 'own' : 'other',
    [syns, synAcks, rsts, errors].join('/'),
  );
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

/** `whole`: all packets to it. `lost`: some could not be kept, or have no room here. `not`: none were watched. */
type Watch = 'whole' | 'lost' | 'not';

function watchOf(port: number, packets: readonly CaptureRecord[]): Watch {
  const isWatched = packets.some((one) => one.what === 'watching' && one.ports.includes(port));
  if (!isWatched || packets.some(({ what }) => what === 'not-watching')) return 'not';
  return packets.some((one) => one.what === 'lost' && (one.port ?? port) === port) ? 'lost' : 'whole';
}
