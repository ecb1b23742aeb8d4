/** Reads a block that somebody pasted, as the log that it was made of. Nothing in it is believed unless its seal fits. */
import { timingSafeEqual } from 'node:crypto';
import { type BlockConnection, MAX_PACKETS, packetsOf } from './block-connections.ts';
import { CaptureRecord } from './capture-record.ts';
import { BLOCK_TITLE, blockMac, LETTERS } from './listener-block.ts';
import {
  LISTENER_LOG_VERSION,
  ListenerArrival,
  ListenerEnd,
  type ListenerLogReading,
  ListenerStart,
} from './listener-log.ts';
import type { ListenerSealKeys } from './seal-keys.ts';

type Refused = Extract<ListenerLogReading, { ok: false }>;
const refuse = (reason: Refused['reason'], message: string): Refused => ({ ok: false, reason, message });

const bare = (title: string): string => title.replace(/ /g, '');
/** The dashes as they are, or as word processors and mail programs change them. */
const MARK = new RegExp(`[-\u2010-\u2015]{1,10}(BEGIN|END)${bare(BLOCK_TITLE)}`, 'g');

/** Without blanks, line ends and the marks of quoted lines: `> ` of mail, `| ` of some. */
function unquoted(text: string): string {
  return text
    .replace(/^[ \t\u00A0]*(?:[>|][ \t\u00A0]*)+/gm, '')
    .replace(/[\s\u200B\u200C\u2060\uFEFF]+/g, '');
}

/** Is there a block in it, whole or not? Whatever a client had a log of JSON lines write, that is none. */
export const holdsBlock = (text: string): boolean =>
  !/^\uFEFF?\{"what":"start"/.test(text) && unquoted(text).search(MARK) >= 0;

/** The text around it is passed over: a ticket, a mail, a mail that quotes the mail. */
export function readListenerBlock(text: string, keys: ListenerSealKeys): ListenerLogReading {
  const body = bodyOf(unquoted(text));
  if (typeof body !== 'string') return body;
  const sealed = /^((?:[^;]*;)*?)mac,([0-9a-f]{64});$/.exec(body);
  const head = HEAD.exec(body);
  if (head === null)
    return /^v[1-9]\d{0,3},/.test(body) && !body.startsWith('v1,')
      ? refuse('no-log', 'its block is of another version, which is not known here')
      : refuse('altered', 'its block was altered: it does not begin as a listener writes it');
  if (head.groups?.keyId !== keys.keyId)
    return refuse('other-code', 'its block is of a listener with another code');
  const [, records = '', mac = ''] = sealed ?? [];
  if (sealed === null) return refuse('unfinished', 'its block has no seal: a part was cut off');
  if (!timingSafeEqual(Buffer.from(blockMac(keys, records)), Buffer.from(mac)))
    return refuse('altered', 'its block was altered or cut after the listener had sealed it');
  return logOf(records) ?? refuse('no-log', 'its block has a record that is not known here');
}

/** What stands between the marks. The same block may be there twice, as a mail quotes it; two that differ are refused. */
function bodyOf(text: string): string | Refused {
  const bodies = new Set<string>();
  let from: number | undefined;
  for (const mark of text.matchAll(MARK)) {
    const isBegin = mark[1] === 'BEGIN';
    if (isBegin === (from !== undefined)) return cut(isBegin ? 'END' : 'BEGIN');
    if (from !== undefined) bodies.add(text.slice(from, mark.index).replace(/^[-\u2010-\u2015]+/, ''));
    from = isBegin ? mark.index + mark[0].length : undefined;
  }
  if (from !== undefined) return cut('END');
  const [first, second] = bodies;
  if (first === undefined) return cut('BEGIN');
  return second === undefined ? first : refuse('no-log', 'it holds two blocks that differ: give one of them');
}

const cut = (line: 'BEGIN' | 'END'): Refused =>
  refuse('unfinished', `its block was cut: the line with ${line} is missing`);

const HEAD =
  /^v1,(?<keyId>[0-9a-f]{8}),(?<startedAt>[^,;]{24}),(?<endedAt>[^,;]{24}),(?<reason>[a-z-]{1,10}),(?<leftOut>\d{1,9}),(?<watched>-?\d{1,9}\.\d{3})?;/;
const PORT =
  /^port,(?<port>\d{1,5}),(?<role>[a-z]{1,10}),(?<state>[a-z]{1,20}),(?<program>[^,;]{0,600}),(?<pid>\d{0,10}),(?<watch>whole|lost|not)$/;
const CONNECTION =
  /^(?<letter>[cnstp]),(?<at>-?\d{1,9}\.\d{3}),(?<remote>[^,;]{3,64}),(?<local>[0-9A-Fa-f.:]{2,45}),(?<own>own|other),(?<syns>\d{1,2})\/(?<synAcks>\d{1,2})\/(?<rsts>\d{1,2})\/(?<icmps>\d{1,2})(?::(?<type>\d{1,3})\.(?<code>\d{1,3}))?$/;

/** `undefined`: not as any version that is known here writes it, though the seal fits. */
function logOf(records: string): ListenerLogReading | undefined {
  const [headText = '', ...others] = records.split(';').slice(0, -1);
  const head = HEAD.exec(`${headText};`)?.groups ?? {};
  const from = Date.parse(head.startedAt ?? '');
  const ports: { port: number; watch: string | undefined; [more: string]: unknown }[] = [];
  const connections: (BlockConnection & { readonly own: boolean })[] = [];
  for (const text of others) {
    const port = PORT.exec(text)?.groups;
    const connection = port === undefined ? CONNECTION.exec(text)?.groups : undefined;
    if (port !== undefined) ports.push(portOf(port));
    else if (connection !== undefined) connections.push(connectionOf(connection, ports.at(-1)?.port, from));
    else return undefined;
  }
  if (Number.isNaN(from) || connections.some(isOversize)) return undefined;
  const watchedAt = head.watched === undefined ? undefined : isoAt(from, head.watched);
  const addresses = new Set(connections.filter(({ own }) => own).map(({ local }) => addressOf(local)));
  const start = ListenerStart.safeParse({
    what: 'start',
    version: LISTENER_LOG_VERSION,
    startedAt: head.startedAt,
    endsAt: head.endedAt,
    keyId: head.keyId,
    addresses: [...addresses].slice(0, MAX_ADDRESSES),
    ports,
  });
  const end = ListenerEnd.safeParse({
    what: 'end',
    at: head.endedAt,
    reason: head.reason,
    ports: [],
    leftOut: Number(head.leftOut),
  });
  const arrivals = ListenerArrival.array().safeParse(
    connections.flatMap(({ arrival, at, port, local, remote }) =>
      arrival === undefined ? [] : [{ what: arrival, at: new Date(at).toISOString(), port, local, remote }],
    ),
  );
  const packets = CaptureRecord.array().safeParse([
    ...(watchedAt === undefined
      ? []
      : [
          {
            what: 'watching',
            at: watchedAt,
            ports: ports.filter(({ watch }) => watch !== 'not').map(({ port }) => port),
          },
          ...ports
            .filter(({ watch }) => watch === 'lost')
            .map(({ port }) => ({ what: 'lost', at: watchedAt, count: 1, port })),
        ]),
    ...connections.flatMap(packetsOf),
  ]);
  return start.success && end.success && arrivals.success && packets.success
    ? { ok: true, log: { start: start.data, end: end.data, arrivals: arrivals.data, packets: packets.data } }
    : undefined;
}

/** As many as a log has at most. */
const MAX_ADDRESSES = 32;

type Groups = Readonly<Record<string, string | undefined>>;

function portOf({ port, role, state, program = '', pid = '', watch }: Groups) {
  return {
    port: Number(port),
    role,
    state,
    ...(pid !== '' && { by: { program: decoded(program), pid: Number(pid) } }),
    watch,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function connectionOf(groups: Groups, port = 0, from = 0): BlockConnection & { readonly own: boolean } {
  const { letter = 'p', at, remote = '', local = '', own, syns, synAcks, rsts, icmps, type, code } = groups;
  const arrival = LETTERS[letter as keyof typeof LETTERS];
  return {
    port,
    remote,
    local: local.includes(':') ? `[${local}]:${port}` : `${local}:${port}`,
    at: from + Math.round(Number(at) * 1_000),
    own: own === 'own',
    ...(arrival !== undefined && { arrival }),
    syns: Number(syns),
    synAcks: Number(synAcks),
    rsts: Number(rsts),
    icmps: Number(icmps),
    ...(type !== undefined && { icmp: { type: Number(type), code: Number(code) } }),
  };
}

/** What the listener never writes: it would grow when it is taken apart. */
const isOversize = ({ syns, synAcks, rsts, icmps }: BlockConnection): boolean =>
  [syns, synAcks, rsts, icmps].some((count) => count > MAX_PACKETS);

const addressOf = (end: string): string => end.slice(0, end.lastIndexOf(':')).replace(/^\[|\]$/g, '');
const isoAt = (from: number, after: string): string =>
  new Date(from + Math.round(Number(after) * 1_000)).toISOString();
