import type { Socket } from 'node:net';
import type { FirstBytes } from '../../model/observed.ts';
import type { ProbeSpec } from '../../model/plan.ts';
import { roundMs } from '../../net/clock.ts';
import { printable } from '../../net/printable.ts';
import { type ReadOutcome, readBytes } from '../../net/read.ts';
import { type Opening, openConnection } from '../connection/opening.ts';
import { expectedHeaderServerFirst } from '../connection/proxy-header.ts';
import type { Probe, ProbeContext } from '../contract/probe.ts';
import type { ProxyHeader } from '../contract/proxy-header.ts';
import type { SshObservation } from './observation.ts';

/** RFC 4253 §4.2 lets a server send other lines before its identification; this many, and no more, are read. */
const MAX_LINES = 50;
const MAX_BYTES = 8_192;
/** RFC 4253 §4.2: 255 characters with CR LF. */
const MAX_IDENTIFICATION = 255;
const SAMPLE_CHARS = 300;
/**
 * How long after the identification a complaint of the server is waited for, ms. It comes with the identification or
 * not at all: it is about something that was sent before this client sends anything.
 */
const AFTERWARDS_MS = 300;
const MAX_AFTERWARDS = 1_024;
/** How long before the end of a silence a PROXY header is tried, ms. */
const HEADER_MS = 1_500;
const NOTHING = Buffer.alloc(0);

/**
 * Reads the identification string and closes. Nothing is sent: the server sends first, and a client's
 * own identification would start a key exchange and count as a failed login attempt.
 */
export const probeSsh: Probe<SshObservation> = async (spec, context) => {
  const opening = await openConnection(spec, context);
  const { facts, socket, connectMs, exchange } = opening;
  if (socket === undefined) {
    return { kind: 'ssh', ...facts, timings: { connect: connectMs, total: opening.elapsed() } };
  }
  const connectedAt = context.clock.monotonic();
  let firstByte: number | undefined;
  const read = async (timeoutMs: number, before: Buffer = NOTHING): Promise<ReadOutcome> => {
    const { end, bytes } = await readBytes(socket, {
      timeoutMs,
      maxBytes: MAX_BYTES - before.length,
      deadline: context.deadline,
      enough: (more) => {
        firstByte ??= roundMs(context.clock.monotonic() - connectedAt);
        return identificationIn(Buffer.concat([before, more])).status !== 'wait';
      },
    });
    return { end, bytes: Buffer.concat([before, bytes]) };
  };
  const { outcome, proxyHeader } = await readWithHeader(read, opening, spec, context);
  const { end, bytes } = outcome;
  const found = identificationIn(bytes);
  const after =
    found.status === 'found'
      ? await afterwards(socket, bytes, found.end, opening.remaining(), context.deadline)
      : undefined;
  socket.destroy();

  const text = printable(bytes, SAMPLE_CHARS);
  if (bytes.length > 0) exchange.received(text);
  if (after !== undefined && after.text !== '') exchange.received(after.text);
  exchange.event(
    found.status === 'found' ? 'closed by us after the identification' : `reading ended: ${end}`,
  );
  return {
    kind: 'ssh',
    ...facts,
    ssh: {
      ...(found.status === 'found' ? { identification: printable(found.line, MAX_IDENTIFICATION) } : {}),
      read: { end, bytes: bytes.length, text },
      ...(after !== undefined && { after }),
      ...(proxyHeader !== undefined && { proxyHeader }),
    },
    timings: {
      connect: connectMs,
      ...(firstByte === undefined ? {} : { firstByte }),
      total: opening.elapsed(),
    },
  };
};

/**
 * Reads the identification. A server that expects a PROXY header and an SSH client wait for each other: towards the end
 * of a silence, or after an end without any bytes, one more connection begins with that header.
 */
async function readWithHeader(
  read: (timeoutMs: number, before?: Buffer) => Promise<ReadOutcome>,
  opening: Opening,
  { address, port }: ProbeSpec,
  context: ProbeContext,
): Promise<{ readonly outcome: ReadOutcome; readonly proxyHeader?: ProxyHeader | undefined }> {
  const ask = () =>
    expectedHeaderServerFirst(
      { address, port, leftMs: opening.remaining() },
      (bytes) => bytes.toString('latin1', 0, 4) === 'SSH-',
      context,
    );
  const first = await read(opening.remaining() - Math.min(HEADER_MS, opening.remaining() / 4));
  if (first.bytes.length > 0) {
    return { outcome: first.end === 'timeout' ? await read(opening.remaining(), first.bytes) : first };
  }
  if (first.end !== 'timeout')
    return { outcome: first, ...(first.end !== 'deadline' && { proxyHeader: await ask() }) };
  const [outcome, proxyHeader] = await Promise.all([read(opening.remaining()), ask()]);
  return { outcome, proxyHeader };
}

/**
 * What a server sends without a request after its identification: one that waits for the client, as it should, or sends its key
 * exchange immediately (binary packets, RFC 4253 §6) gives nothing here; a line of text, a disconnection or the end of the
 * connection does.
 */
async function afterwards(
  socket: Socket,
  bytes: Buffer,
  from: number,
  leftMs: number,
  deadline: AbortSignal,
): Promise<FirstBytes | undefined> {
  const already = bytes.subarray(from);
  const { end, bytes: more } = await readBytes(socket, {
    timeoutMs: Math.min(AFTERWARDS_MS, leftMs),
    maxBytes: MAX_AFTERWARDS,
    deadline,
    // The end of the connection may follow a line; a packet ends the wait.
    enough: (all) => isWholePacket(Buffer.concat([already, all])),
  });
  const all = Buffer.concat([already, more]);
  const goodbye = disconnectWords(all);
  if (goodbye !== undefined) return { end, bytes: all.length, text: printable(goodbye, SAMPLE_CHARS) };
  const closed = end === 'fin' || end === 'reset';
  if (isPacket(all) || (all.length === 0 && !closed)) return undefined;
  return { end, bytes: all.length, text: printable(all, SAMPLE_CHARS).replace(/(\\r)?(\\n)?$/, '') };
}

/** A packet begins with its length, below 2^24. */
const isPacket = (bytes: Buffer): boolean => bytes.length > 0 && bytes[0] === 0;

/** RFC 4253 §6: the length, the padding's length, and the number of the message. */
const PACKET_HEAD = 6;
/** RFC 4253 §11.1. */
const SSH_MSG_DISCONNECT = 1;

/** Enough of a packet to know what it is: a disconnection is short, and is read to its end. */
const isWholePacket = (bytes: Buffer): boolean =>
  isPacket(bytes) &&
  bytes.length >= PACKET_HEAD &&
  (bytes[PACKET_HEAD - 1] !== SSH_MSG_DISCONNECT || bytes.length >= 4 + bytes.readUInt32BE(0));

/** What a server says that ends the connection by a message, before any keys; undefined for other packets. */
function disconnectWords(bytes: Buffer): Buffer | undefined {
  const textAt = PACKET_HEAD + 8;
  if (!isPacket(bytes) || bytes.length < textAt || bytes[PACKET_HEAD - 1] !== SSH_MSG_DISCONNECT)
    return undefined;
  const text = bytes.subarray(textAt, textAt + bytes.readUInt32BE(textAt - 4));
  return text.length > 0 ? text : Buffer.from(`disconnect, reason ${bytes.readUInt32BE(PACKET_HEAD)}`);
}

type Search =
  | { readonly status: 'found'; readonly line: Buffer; readonly end: number }
  | { readonly status: 'wait' | 'hopeless' };

/** Looks for a whole line that begins with `SSH-`; LF alone ends a line too, as old servers send it. */
export function identificationIn(bytes: Buffer): Search {
  let start = 0;
  for (let lines = 0; lines < MAX_LINES; lines += 1) {
    const end = bytes.indexOf(0x0a, start);
    const isIdentification = bytes.toString('latin1', start, start + 4) === 'SSH-';
    if (isIdentification && (end < 0 ? bytes.length : end + 1) - start > MAX_IDENTIFICATION) {
      return { status: 'hopeless' };
    }
    if (end < 0) return { status: 'wait' };
    if (isIdentification) {
      const withoutCr = bytes[end - 1] === 0x0d ? end - 1 : end;
      return { status: 'found', line: bytes.subarray(start, withoutCr), end: end + 1 };
    }
    start = end + 1;
  }
  return { status: 'hopeless' };
}
