import { roundMs } from '../../net/clock.ts';
import { printable } from '../../net/printable.ts';
import { type ReadOutcome, readBytes } from '../../net/read.ts';
import { openConnection } from '../connection/opening.ts';
import type { Probe } from '../contract/probe.ts';
import type { TcpObservation } from './observation.ts';
import { openerFor } from './openers.ts';

/** The most first bytes that are read; one is enough to prove that the peer works. */
const MAX_BYTES = 1_024;
/** Characters of them that are kept as evidence. */
const SAMPLE_CHARS = 300;

/**
 * Connects, waits for bytes, and sends an opener when the peer stays silent, as a handshake alone proves nothing. Any
 * byte ends it: kinds that know a protocol read what the bytes mean.
 */
export const probeTcp: Probe<TcpObservation> = async (spec, context) => {
  const opening = await openConnection(spec, context);
  const { facts, socket, connectMs, exchange } = opening;
  if (socket === undefined) {
    return { kind: 'tcp', ...facts, timings: { connect: connectMs, total: opening.elapsed() } };
  }
  const connectedAt = context.clock.monotonic();
  const opener = openerFor(spec.port, spec.host, spec.assertions?.send, context.randomHex);
  const read = (timeoutMs: number): Promise<ReadOutcome> =>
    readBytes(socket, { timeoutMs, maxBytes: MAX_BYTES, deadline: context.deadline });

  const left = opening.remaining();
  let outcome: ReadOutcome | undefined;
  if (opener.bytes === undefined) outcome = await read(left);
  else if (opener.graceMs > 0) outcome = await read(Math.min(opener.graceMs, left / 3));
  if (opener.bytes !== undefined && (outcome === undefined || outcome.end === 'timeout')) {
    socket.write(opener.bytes);
    exchange.sent(`${opener.name}: ${printable(opener.bytes, SAMPLE_CHARS)}`);
    outcome = await read(opening.remaining());
  }
  const { bytes, end } = outcome ?? NOTHING;
  const firstByte = roundMs(context.clock.monotonic() - connectedAt);
  socket.destroy();

  const text = printable(bytes, SAMPLE_CHARS);
  if (bytes.length > 0) exchange.received(text);
  else exchange.event(ENDINGS[end]);
  const total = opening.elapsed();
  return {
    // The spread is in the middle: V8 takes microseconds to add keys after a spread that comes first.
    kind: 'tcp',
    ...facts,
    read: { end, bytes: bytes.length, text },
    timings: bytes.length > 0 ? { connect: connectMs, firstByte, total } : { connect: connectMs, total },
  };
};

const NOTHING: ReadOutcome = { end: 'timeout', bytes: Buffer.alloc(0) };

const ENDINGS: Readonly<Record<ReadOutcome['end'], string>> = {
  complete: 'done',
  fin: 'the peer closed the connection (FIN) without a byte',
  reset: 'the peer reset the connection (RST) without a byte',
  timeout: 'no byte came until the time was up',
  'too-large': 'more bytes than are read',
  deadline: 'the run ended',
};
