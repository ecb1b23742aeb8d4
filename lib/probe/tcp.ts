import type { TcpObservation } from '../model/observation.ts';
import { roundMs } from '../net/clock.ts';
import { printable } from '../net/printable.ts';
import { type ReadOutcome, readBytes } from '../net/read.ts';
import { type Opening, openConnection } from './opening.ts';
import type { Probe, ProbeContext } from './probe.ts';
import { type Opener, openerFor } from './tcp-openers.ts';

/** First bytes that are read at most; one is enough to prove a living peer. */
const MAX_BYTES = 1_024;
/** Characters of them that are kept as evidence. */
const SAMPLE_CHARS = 300;

/**
 * Connects, waits for bytes, and speaks an opener when the peer stays silent, as a bare handshake proves nothing. Any
 * byte ends it: what the bytes mean is the work of the kinds that know a protocol.
 */
export const probeTcp: Probe<TcpObservation> = async (spec, context) => {
  const opening = await openConnection(spec, context);
  const { facts, socket, connectMs } = opening;
  if (socket === undefined) {
    return { kind: 'tcp', ...facts, timings: { connect: connectMs, total: opening.elapsed() } };
  }
  const connectedAt = context.clock.monotonic();
  const opener = openerFor(spec.port, spec.host, spec.assertions?.send, context.randomHex);
  const outcome = await firstBytes(opening, opener, context);
  const firstByte = roundMs(context.clock.monotonic() - connectedAt);
  socket.destroy();
  const { bytes, end } = outcome;
  return {
    kind: 'tcp',
    ...facts,
    read: { end, bytes: bytes.length, text: printable(bytes, SAMPLE_CHARS) },
    timings: {
      connect: connectMs,
      ...(bytes.length > 0 ? { firstByte } : {}),
      total: opening.elapsed(),
    },
  };
};

async function firstBytes(opening: Opening, opener: Opener, context: ProbeContext): Promise<ReadOutcome> {
  const { socket, exchange } = opening;
  const nothing: ReadOutcome = { end: 'fin', bytes: Buffer.alloc(0) };
  if (socket === undefined) return nothing;
  const read = (timeoutMs: number): Promise<ReadOutcome> =>
    readBytes(socket, { timeoutMs, maxBytes: MAX_BYTES, deadline: context.deadline });

  const graceMs = Math.min(opener.graceMs, opening.remaining() / 3);
  const spoke = opener.bytes === undefined ? opening.remaining() : graceMs;
  let outcome = spoke > 0 ? await read(spoke) : undefined;
  if (opener.bytes !== undefined && (outcome === undefined || outcome.end === 'timeout')) {
    socket.write(opener.bytes);
    exchange.sent(`${opener.name}: ${printable(opener.bytes, SAMPLE_CHARS)}`);
    outcome = await read(opening.remaining());
  }
  const last = outcome ?? nothing;
  if (last.bytes.length > 0) exchange.received(printable(last.bytes, SAMPLE_CHARS));
  else exchange.event(ENDINGS[last.end]);
  return last;
}

const ENDINGS: Readonly<Record<ReadOutcome['end'], string>> = {
  complete: 'done',
  fin: 'the peer closed the connection (FIN) without a byte',
  reset: 'the peer reset the connection (RST) without a byte',
  timeout: 'no byte came until the time was up',
  'too-large': 'more bytes than are read',
  deadline: 'the run ended',
};
