/** Questions to one DNS server, each from its own socket: by UDP, and by TCP where the answer is too long for it. */
import type { ConnectResult } from '../model/observed.ts';
import { roundMs } from './clock.ts';
import { exchangeDatagram } from './datagram.ts';
import { createDial } from './dial.ts';
import {
  type DnsMessageContent,
  encodeQuestion,
  MAX_MESSAGE,
  messageId,
  type Question,
  readAnswer,
} from './dns-message.ts';
import { mixedCase, questionName, random16, reverseName } from './dns-name.ts';
import { type DnsRecordType, isRecordType } from './dns-records.ts';
import type { DnsServer } from './dns-server.ts';
import { hostPort } from './host-port.ts';
import type { AddressGuard, Clock } from './network-access.ts';
import { readBytes } from './read.ts';

/** `header` and what follows are absent where no server answered. */
export interface DnsReply extends Partial<Omit<DnsMessageContent, 'code' | 'records'>> {
  /** See `dns-codes.ts`. */
  readonly code: string;
  readonly records: string[];
  readonly ms: number;
  /** The error came from this machine: no packet left it. */
  readonly local?: boolean;
  readonly over?: 'udp' | 'tcp';
  /** Who answered: `address:port`. */
  readonly from?: string;
}

/** Asks one question of one server, for `withinMs` at most. Never rejects. */
export type DnsQuery = (
  name: string,
  type: string,
  withinMs: number,
  how?: Pick<Question, 'dnssec'>,
) => Promise<DnsReply>;

export interface DnsQuerySetup {
  /** Checks the address before each socket is opened. */
  readonly guard: AddressGuard;
  readonly clock: Clock;
  readonly deadline: AbortSignal;
  /** RD: on for a resolver, off for a zone's own server. Default true. */
  readonly recursion?: boolean;
}

/** When a silent server is asked again, in parts of the time that there is: a datagram may be lost. */
const REPEATS_AT = [1 / 7, 3 / 7] as const;
/** Datagrams that are looked at before the wait ends for a server that sends only others. */
const MAX_DATAGRAMS = 64;
/** What a server says that does not know EDNS (RFC 6891 §7). */
const WITHOUT_EDNS: ReadonlySet<string> = new Set(['FORMERR', 'NOTIMP', 'BADVERS']);

export function createDnsQuery(server: DnsServer, setup: DnsQuerySetup): DnsQuery {
  /** What this server was found not to support. */
  const limits = { keepsCase: true, edns: true };
  return async (name, type, withinMs, { dnssec = false } = {}) => {
    const { clock, deadline } = setup;
    const start = clock.monotonic();
    const ended = (code: string): DnsReply => ({ code, records: [], ms: roundMs(clock.monotonic() - start) });
    if (!isRecordType(type)) return ended('UNSUPPORTED');
    const wanted = questionName(type === 'PTR' ? reverseName(name) : name);
    if (wanted === undefined) return ended('BADNAME');
    if (deadline.aborted) return ended('DEADLINE');

    const asked = await askByUdp(
      server,
      { name: wanted, type, dnssec },
      Math.max(0, withinMs),
      limits,
      setup,
    );
    if (!('said' in asked)) return { ...ended(asked.code), ...(asked.local === true && { local: true }) };
    const from = hostPort(server.address, server.port);
    const answered = (said: DnsMessageContent, over: 'udp' | 'tcp'): DnsReply => {
      const { ms } = ended(said.code);
      return { ...said, ms, over, from };
    };
    if (!asked.said.header.tc) return answered(asked.said, 'udp');

    const left = Math.max(0, withinMs - (clock.monotonic() - start));
    const whole = await askByTcp(server, { ...asked.question, id: random16() }, left, setup);
    if ('header' in whole) return answered(whole, 'tcp');
    // RFC 2181 §9: what came by UDP is incomplete and must not be used.
    return { ...ended(whole.code), header: asked.said.header, over: 'udp', from };
  };
}

type Limits = { keepsCase: boolean; edns: boolean };
type QueriedServer =
  | { readonly said: DnsMessageContent; readonly question: Question }
  | { readonly code: string; readonly local?: boolean };

async function askByUdp(
  server: DnsServer,
  { name, type, dnssec }: { name: string; type: DnsRecordType; dnssec: boolean },
  timeoutMs: number,
  limits: Limits,
  setup: DnsQuerySetup,
): Promise<QueriedServer> {
  const questions: Question[] = [];
  let found: { readonly said: DnsMessageContent; readonly question: Question } | undefined;
  let malformed = 0;

  /** The last of the repeats is so simple that even the oldest servers understand it. */
  const request = (): Buffer => {
    const plain = questions.length >= REPEATS_AT.length;
    const question: Question = {
      id: random16(),
      name: limits.keepsCase && !plain ? mixedCase(name) : name,
      type,
      // Signatures can be asked for by EDNS alone.
      edns: dnssec || (limits.edns && !plain && malformed === 0),
      recursion: setup.recursion ?? true,
      dnssec,
    };
    questions.push(question);
    return encodeQuestion(question);
  };

  const accept = (datagram: Buffer): boolean | 'repeat' => {
    const id = messageId(datagram);
    const question = questions.find((one) => one.id === id);
    if (question === undefined) return false;
    const reading = readAnswer(datagram, question);
    switch (reading.is) {
      case 'foreign':
        return false;
      case 'other-case':
        if (!limits.keepsCase) return false;
        limits.keepsCase = false;
        return 'repeat';
      case 'malformed':
        malformed += 1;
        return !question.edns || malformed > 1 ? true : 'repeat';
      case 'answer':
        if (question.edns && !dnssec && WITHOUT_EDNS.has(reading.said.code) && limits.edns) {
          limits.edns = false;
          return 'repeat';
        }
        found = { said: reading.said, question };
        return true;
      default:
        return reading satisfies never;
    }
  };

  const outcome = await exchangeDatagram(setup, server.address, server.port, {
    timeoutMs,
    request,
    accept,
    repeatAtMs: REPEATS_AT.map((part) => timeoutMs * part),
    maxDatagrams: MAX_DATAGRAMS,
  });
  return found ?? unanswered(outcome.connect, malformed > 0, setup.deadline);
}

function unanswered(connect: ConnectResult, malformed: boolean, deadline: AbortSignal): QueriedServer {
  switch (connect.status) {
    case 'connected':
      if (malformed) return { code: 'BADRESP' };
      return { code: deadline.aborted ? 'DEADLINE' : 'TIMEOUT' };
    case 'timeout':
      return { code: 'TIMEOUT' };
    case 'deadline':
      return { code: 'DEADLINE' };
    case 'refused':
    case 'reset':
      return { code: connect.code };
    case 'unreachable':
      return { code: connect.code, local: connect.local };
    case 'refused-by-guard':
      return { code: 'REFUSED-BY-GUARD', local: true };
    default:
      return connect satisfies never;
  }
}

/** RFC 1035 §4.2.2: each message after its length in two bytes. */
async function askByTcp(
  server: DnsServer,
  question: Question,
  timeoutMs: number,
  setup: DnsQuerySetup,
): Promise<DnsMessageContent | { readonly code: string }> {
  const { clock, deadline } = setup;
  const start = clock.monotonic();
  const failed = (): { code: string } => ({ code: deadline.aborted ? 'DEADLINE' : 'TRUNCATED' });
  const dialled = await createDial(setup)(server.address, server.port, { timeoutMs });
  if (!dialled.ok) return failed();
  const { socket } = dialled;
  try {
    const message = encodeQuestion(question);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    socket.write(Buffer.concat([length, message]));
    const { bytes, end } = await readBytes(socket, {
      timeoutMs: Math.max(0, timeoutMs - (clock.monotonic() - start)),
      maxBytes: 2 + MAX_MESSAGE,
      deadline,
      enough: (all) => all.length >= 2 && all.length >= 2 + all.readUInt16BE(0),
    });
    if (end === 'too-large') return { code: 'TOO-LARGE' };
    if (end !== 'complete') return failed();
    const answer = bytes.subarray(2, 2 + bytes.readUInt16BE(0));
    const reading = readAnswer(answer, question);
    const isWhole = messageId(answer) === question.id && reading.is === 'answer' && !reading.said.header.tc;
    return isWhole ? reading.said : { code: 'BADRESP' };
  } finally {
    socket.destroy();
  }
}
