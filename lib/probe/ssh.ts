import type { SshObservation } from '../model/observation.ts';
import { roundMs } from '../net/clock.ts';
import { printable } from '../net/printable.ts';
import { readBytes } from '../net/read.ts';
import { openConnection } from './opening.ts';
import type { Probe } from './probe.ts';

/** RFC 4253 §4.2 lets a server send other lines before its identification; these many, and no more, are read. */
const MAX_LINES = 50;
const MAX_BYTES = 8_192;
/** RFC 4253 §4.2: 255 characters with CR LF. */
const MAX_IDENTIFICATION = 255;
const SAMPLE_CHARS = 300;

/**
 * Reads the identification string and leaves. Nothing is sent: the server speaks without being asked, and a client's
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
  const { end, bytes } = await readBytes(socket, {
    timeoutMs: opening.remaining(),
    maxBytes: MAX_BYTES,
    deadline: context.deadline,
    enough: (all) => {
      firstByte ??= roundMs(context.clock.monotonic() - connectedAt);
      return identificationIn(all).status !== 'wait';
    },
  });
  socket.destroy();

  const found = identificationIn(bytes);
  const text = printable(bytes, SAMPLE_CHARS);
  if (bytes.length > 0) exchange.received(text);
  exchange.event(
    found.status === 'found' ? 'closed by us after the identification' : `reading ended: ${end}`,
  );
  return {
    kind: 'ssh',
    ...facts,
    ssh: {
      ...(found.status === 'found' ? { identification: printable(found.line, MAX_IDENTIFICATION) } : {}),
      read: { end, bytes: bytes.length, text },
    },
    timings: {
      connect: connectMs,
      ...(firstByte === undefined ? {} : { firstByte }),
      total: opening.elapsed(),
    },
  };
};

type Search = { readonly status: 'found'; readonly line: Buffer } | { readonly status: 'wait' | 'hopeless' };

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
      return { status: 'found', line: bytes.subarray(start, withoutCr) };
    }
    start = end + 1;
  }
  return { status: 'hopeless' };
}
