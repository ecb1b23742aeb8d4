/** One question to one name server, by exactly the transport that is meant: what is learnt is how that works. */
import type { ConnectResult } from '../../../model/observed.ts';
import { exchangeDatagram } from '../../../net/datagram.ts';
import { createDial } from '../../../net/dial.ts';
import {
  type DnsMessageContent,
  encodeQuestion,
  MAX_MESSAGE,
  messageId,
  type Question,
  readAnswer,
} from '../../../net/dns-message.ts';
import { random16 } from '../../../net/dns-name.ts';
import type { DnsRecordType } from '../../../net/dns-records.ts';
import type { AddressGuard, Clock } from '../../../net/network-access.ts';
import { readBytes } from '../../../net/read.ts';

/** What a walk asks with. */
export interface WalkAccess {
  /** Judges each address before a packet is sent to it. */
  readonly guard: AddressGuard;
  readonly clock: Clock;
  readonly deadline: AbortSignal;
  /** Of all name servers. */
  readonly port: number;
}

export interface ServerQuestion {
  readonly name: string;
  readonly type: DnsRecordType;
  readonly over: 'udp' | 'tcp';
  /** Absent: with EDNS. */
  readonly edns?: false;
  readonly signatures?: true;
  readonly withinMs: number;
}

/** `message` and `content` are there when a DNS message to the question came. */
export interface ServerReply {
  /** As in `dns-codes.ts`; `REFUSED-BY-GUARD`: nothing was sent. */
  readonly code: string;
  readonly message?: Buffer;
  readonly content?: DnsMessageContent;
}

/** When a datagram is sent again, in parts of the time that there is: one may be lost. */
const REPEATS_AT = [0.25, 0.55] as const;
const MAX_DATAGRAMS = 64;

/** Never rejects. */
export function askServer(address: string, asked: ServerQuestion, access: WalkAccess): Promise<ServerReply> {
  if (access.deadline.aborted) return Promise.resolve({ code: 'DEADLINE' });
  const { over, withinMs } = asked;
  if (withinMs <= 0) return Promise.resolve({ code: 'DEADLINE' });
  return over === 'udp' ? byUdp(address, asked, access) : byTcp(address, asked, access);
}

/** By UDP, and by TCP where the answer did not fit. */
export async function askWhole(
  address: string,
  asked: Omit<ServerQuestion, 'over'>,
  access: WalkAccess,
): Promise<ServerReply> {
  const start = access.clock.monotonic();
  const reply = await askServer(address, { ...asked, over: 'udp' }, access);
  if (reply.content?.header.tc !== true) return reply;
  const left = asked.withinMs - (access.clock.monotonic() - start);
  return askServer(address, { ...asked, over: 'tcp', withinMs: left }, access);
}

const questionOf = ({ name, type, edns, signatures }: ServerQuestion): Question => ({
  id: random16(),
  name,
  type,
  edns: edns !== false,
  recursion: false,
  ...(signatures && { dnssec: true }),
});

async function byUdp(address: string, asked: ServerQuestion, access: WalkAccess): Promise<ServerReply> {
  const question = questionOf(asked);
  let found: ServerReply | undefined;
  const outcome = await exchangeDatagram(access, address, access.port, {
    timeoutMs: asked.withinMs,
    request: () => encodeQuestion(question),
    accept: (datagram) => {
      if (messageId(datagram) !== question.id) return false;
      found = replyOf(datagram, question);
      return found !== undefined;
    },
    repeatAtMs: REPEATS_AT.map((part) => asked.withinMs * part),
    maxDatagrams: MAX_DATAGRAMS,
  });
  return found ?? { code: codeOf(outcome.connect) };
}

/** RFC 1035 §4.2.2: each message after its length in two bytes. */
async function byTcp(address: string, asked: ServerQuestion, access: WalkAccess): Promise<ServerReply> {
  const { clock, deadline, port } = access;
  const question = questionOf(asked);
  const start = clock.monotonic();
  const dialled = await createDial(access)(address, port, { timeoutMs: asked.withinMs });
  if (!dialled.ok) return { code: codeOf(dialled.result) };
  const { socket } = dialled;
  try {
    const message = encodeQuestion(question);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    socket.write(Buffer.concat([length, message]));
    const { bytes, end } = await readBytes(socket, {
      timeoutMs: Math.max(0, asked.withinMs - (clock.monotonic() - start)),
      maxBytes: 2 + MAX_MESSAGE,
      deadline,
      enough: (all) => all.length >= 2 && all.length >= 2 + all.readUInt16BE(0),
    });
    if (end === 'too-large') return { code: 'TOO-LARGE' };
    if (end === 'deadline') return { code: 'DEADLINE' };
    if (end === 'timeout') return { code: 'TIMEOUT' };
    // Accepted, and closed without an answer: nothing serves DNS behind it.
    if (end !== 'complete') return { code: 'ECONNRESET' };
    const answer = bytes.subarray(2, 2 + bytes.readUInt16BE(0));
    const reply = messageId(answer) === question.id ? replyOf(answer, question) : undefined;
    return reply ?? { code: 'BADRESP' };
  } finally {
    socket.destroy();
  }
}

/** `undefined`: it is no answer to this question. */
function replyOf(message: Buffer, question: Question): ServerReply | undefined {
  const reading = readAnswer(message, question);
  switch (reading.is) {
    case 'foreign':
    case 'other-case':
      return undefined;
    case 'malformed':
      return { code: 'BADRESP' };
    case 'answer':
      return { code: reading.said.code, message: Buffer.from(message), content: reading.said };
    default:
      return reading satisfies never;
  }
}

function codeOf(connect: ConnectResult): string {
  switch (connect.status) {
    // Something came, and nothing of it was an answer to the question.
    case 'connected':
    case 'timeout':
      return 'TIMEOUT';
    case 'deadline':
      return 'DEADLINE';
    case 'refused':
    case 'reset':
      return connect.code;
    case 'unreachable':
      return connect.local ? 'NO-ROUTE' : connect.code;
    case 'refused-by-guard':
      return 'REFUSED-BY-GUARD';
    default:
      return connect satisfies never;
  }
}
