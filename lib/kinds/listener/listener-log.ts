/**
 * The log of a listener (`inbound-check listen --log FILE`): JSON lines. The first is the start, then one for each
 * connection, then the end; the last line is a seal, which is a MAC by the listener's code over every byte before it.
 *
 * ```text
 * {"what":"start","version":1,"startedAt":"2026-11-30T10:14:00.000Z",…,"keyId":"5f0c1d2e","ports":[…]}
 * {"what":"challenge","at":"2026-11-30T10:14:03.120Z","port":443,"local":"10.0.3.4:443","remote":"198.51.100.9:50412",…}
 * {"what":"end","at":"2026-11-30T10:44:00.004Z","reason":"time",…}
 * {"what":"seal","mac":"…64 hexadecimal digits…"}
 * ```
 *
 * The code is in no line. Whoever has it can tell by `readListenerLog` whether a line was changed, added or removed.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { CaptureRecord } from './capture-record.ts';
import type { ListenerSealKeys } from './seal-keys.ts';

export const LISTENER_LOG_VERSION = 1;
/** A whole log is smaller than this; a reader refuses a larger one unread. */
export const MAX_LOG_BYTES = 1_048_576;

const Time = z.iso.datetime({ precision: 3 });
const Port = z.int().min(1).max(65_535);
const Count = z.int().min(0);
/** As in a proof: `203.0.113.7:443`, `[2001:db8::7]:443`. */
const AddressAndPort = z.string().regex(/^[0-9A-Fa-f.:[\]]{3,64}$/);

/** What a port of the listener speaks. `any`: the client's first bytes decide between TLS, HTTP and a bare line. */
export const PORT_ROLES = ['any', 'smtp', 'smtps'] as const;
export type PortRole = (typeof PORT_ROLES)[number];

/**
 * What became of a port at the start. `taken`: another program has it (`by`, where this account may see that); `denied`:
 * this account may not open it; `unavailable`: anything else, with the system's code in `reason`.
 */
export const ListenerPort = z.object({
  port: Port,
  role: z.enum(PORT_ROLES),
  state: z.enum(['listening', 'taken', 'denied', 'unavailable']),
  by: z.object({ program: z.string().max(64), pid: z.int().min(1) }).optional(),
  reason: z.string().max(64).optional(),
  /** Opened on these addresses alone, since another program has the port on loopback; absent: on all. */
  addresses: z.array(z.string().max(64)).max(32).optional(),
});
export type ListenerPort = z.infer<typeof ListenerPort>;

export const ListenerStart = z.object({
  what: z.literal('start'),
  version: z.literal(LISTENER_LOG_VERSION),
  startedAt: Time,
  /** When it ends by itself. */
  endsAt: Time,
  /** Tells codes apart without telling them: `listenerKeyId`. */
  keyId: z.string().regex(/^[0-9a-f]{8}$/),
  /** Addresses of this host that are not loopback, or the one of `--bind`. */
  addresses: z.array(z.string().max(64)).max(32),
  ports: z.array(ListenerPort).max(64),
});
export type ListenerStart = z.infer<typeof ListenerStart>;

/**
 * One connection that was accepted: the TCP handshake was completed, so packets passed in both directions.
 *
 * - `challenge`: a challenge arrived, and a proof was sent back.
 * - `no-challenge`: something else arrived: a scanner, or another tester.
 * - `silent`: not one byte arrived.
 * - `tls-failed`: a TLS handshake began and was not finished.
 */
export const ListenerArrival = z.object({
  what: z.enum(['challenge', 'no-challenge', 'silent', 'tls-failed']),
  /** By the listener's clock: when the connection was accepted. */
  at: Time,
  port: Port,
  /** Both ends as this host saw them: a NAT on the way shows as other addresses than the prober's. */
  local: AddressAndPort,
  remote: AddressAndPort,
  /** A balancer's PROXY header came first: `remote` is the balancer. It named this client, or none; nobody has proven it. */
  proxyHeader: z.object({ client: AddressAndPort.optional() }).optional(),
  /** What the challenge came in. */
  over: z.enum(['http', 'https', 'smtp', 'smtps', 'line', 'tls-line']).optional(),
  run: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  nonce: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  /** The first line that arrived, printable and cut, where it holds no challenge. */
  first: z.string().max(200).optional(),
});
export type ListenerArrival = z.infer<typeof ListenerArrival>;

/** Counts of one port; connections for `--health` are in none of the lines above. */
export const ListenerPortCount = z.object({
  port: Port,
  connections: Count,
  proofs: Count,
  health: Count,
  /** Closed unread, since too many came at once. */
  refused: Count,
});
export type ListenerPortCount = z.infer<typeof ListenerPortCount>;

export const ListenerEnd = z.object({
  what: z.literal('end'),
  at: Time,
  /** `no-port`: none could be opened. */
  reason: z.enum(['time', 'signal', 'no-port']),
  ports: z.array(ListenerPortCount).max(64),
  /** Connections that have no line: the log is bounded, or they were cut off before anything of them was known. */
  leftOut: Count,
});
export type ListenerEnd = z.infer<typeof ListenerEnd>;

const Seal = z.object({ what: z.literal('seal'), mac: z.string().regex(/^[0-9a-f]{64}$/) });
const Line = z.discriminatedUnion('what', [ListenerStart, ListenerArrival, ListenerEnd, CaptureRecord]);

export interface ListenerLog {
  readonly start: ListenerStart;
  readonly arrivals: readonly ListenerArrival[];
  /** Below the sockets, where they were watched. */
  readonly packets: readonly CaptureRecord[];
  readonly end: ListenerEnd;
}

export type ListenerLogReading =
  | { readonly ok: true; readonly log: ListenerLog }
  | {
      readonly ok: false;
      /**
       * `no-log`: no log of a listener, or of a version that is not known here. `other-code`: of a listener with another
       * code. `unfinished`: without end and seal, as of a listener that was killed, or cut. `altered`: not as it was sealed.
       */
      readonly reason: 'no-log' | 'other-code' | 'unfinished' | 'altered';
      readonly message: string;
    };

/** A hash that takes the log's bytes in their order and gives the seal's MAC. */
export function logMac({ log }: Pick<ListenerSealKeys, 'log'>): {
  readonly update: (text: string) => void;
  readonly digest: () => string;
} {
  const hash = createHmac('sha256', Buffer.from(log, 'hex'));
  return { update: (text) => void hash.update(text), digest: () => hash.digest('hex') };
}

/** One line of a log, with its line end. */
export function logLine(
  record: ListenerStart | ListenerArrival | CaptureRecord | ListenerEnd | z.infer<typeof Seal>,
): string {
  return `${JSON.stringify(record)}\n`;
}

/**
 * Reads a log that somebody handed over. Nothing in it is believed unless the seal was made with this code over these very
 * lines. Line ends may have become CRLF on the way.
 */
export function readListenerLog(text: string, keys: ListenerSealKeys): ListenerLogReading {
  const refuse = (
    reason: Exclude<ListenerLogReading, { ok: true }>['reason'],
    message: string,
  ): ListenerLogReading => ({ ok: false, reason, message });
  if (text.length > MAX_LOG_BYTES) return refuse('no-log', 'it is larger than a log of a listener can be');
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  const start = ListenerStart.safeParse(jsonOf(lines[0]));
  if (!start.success) return refuse('no-log', 'its first line is not the start of a listener’s log');
  if (start.data.keyId !== keys.keyId) return refuse('other-code', 'it is of a listener with another code');
  const seal = Seal.safeParse(jsonOf(lines.at(-1)));
  if (!seal.success)
    return refuse(
      'unfinished',
      'it has no seal: the listener was killed, is still running, or the file was cut',
    );
  const sealed = lines.slice(0, -1);
  const mac = logMac(keys);
  for (const line of sealed) mac.update(`${line}\n`);
  if (!timingSafeEqual(Buffer.from(mac.digest()), Buffer.from(seal.data.mac)))
    return refuse('altered', 'it was altered after the listener had sealed it');
  const records = sealed.slice(1).map((line) => Line.safeParse(jsonOf(line)));
  const arrivals: ListenerArrival[] = [];
  const packets: CaptureRecord[] = [];
  let end: ListenerEnd | undefined;
  for (const { data } of records) {
    if (data === undefined)
      return refuse('no-log', 'it has a line that is not known here: another version wrote it');
    if (data.what === 'end') end = data;
    else if (isArrival(data)) arrivals.push(data);
    else if (data.what !== 'start') packets.push(data);
  }
  return end === undefined
    ? refuse('unfinished', 'it has no end')
    : { ok: true, log: { start: start.data, arrivals, packets, end } };
}

const ARRIVALS: ReadonlySet<string> = new Set(ListenerArrival.shape.what.options);

const isArrival = (line: z.infer<typeof Line>): line is ListenerArrival => ARRIVALS.has(line.what);

function jsonOf(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}
