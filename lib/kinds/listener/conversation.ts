/** What is said with a listener over one connection, within bounds of bytes and time. */
import type { Socket } from 'node:net';
import type { ProbeSpec } from '../../model/plan.ts';
import { roundMs } from '../../net/clock.ts';
import { printable } from '../../net/printable.ts';
import { type ReadOutcome, readBytes } from '../../net/read.ts';
import type { Opening } from '../connection/opening.ts';
import type { ProbeContext } from '../contract/probe.ts';
import { userAgent } from '../http/measure/user-agent.ts';
import { FINAL_REPLY, isWholeAnswer } from './answer.ts';
import { challengeRequest } from './challenge-request.ts';
import type { ListenerResult } from './observation.ts';
import { type Challenge, PROOF_READ_BYTES } from './proof.ts';

/**
 * How long a peer that has begun to answer may take to the end of it, ms: enough for a lost segment to come again. A peer that sends a
 * byte now and then does not get the whole budget.
 */
const PATIENCE_MS = 4_000;
/** Characters of a foreign answer that are kept. */
export const SAMPLE_CHARS = 300;

export interface ListenerAnswer extends ReadOutcome {
  /** From the request to the first byte after it, ms. */
  readonly firstByte?: number;
}

/** One challenge and the answer to it; before EHLO a greeting is waited for (RFC 5321 §4.3.1). */
export async function converse(
  stream: Socket,
  spec: ProbeSpec & Pick<ListenerResult, 'speech'> & { readonly folder?: string },
  challenge: Challenge,
  opening: Opening,
  context: ProbeContext,
): Promise<ListenerAnswer> {
  const { exchange } = opening;
  const isMail = spec.speech === 'smtp' || spec.speech === 'smtps';
  if (isMail) {
    const greeting = await readAnswer(stream, opening, context, (bytes) =>
      FINAL_REPLY.test(bytes.toString('latin1')),
    );
    if (greeting.end !== 'complete' || !greeting.bytes.subarray(0, 3).equals(GREETING)) return greeting;
    exchange.received(printable(greeting.bytes, SAMPLE_CHARS));
  }
  const request = challengeRequest(spec.speech, challenge, spec, userAgent(context.contact), spec.folder);
  stream.write(request.bytes);
  exchange.sent(request.shown);
  const answer = await readAnswer(stream, opening, context, (bytes) => isWholeAnswer(spec.speech, bytes));
  if (isMail && answer.end === 'complete') {
    stream.write('QUIT\r\n');
    exchange.sent('QUIT\r\n');
  }
  return answer;
}

const GREETING = Buffer.from('220');

async function readAnswer(
  stream: Socket,
  opening: Opening,
  context: ProbeContext,
  isWhole: (bytes: Buffer) => boolean,
): Promise<ListenerAnswer> {
  const { clock, deadline } = context;
  const from = clock.monotonic();
  const read = (timeoutMs: number, maxBytes: number, enough: (bytes: Buffer) => boolean) =>
    readBytes(stream, { timeoutMs, maxBytes, deadline, enough });
  const first = await read(opening.remaining(), PROOF_READ_BYTES, () => true);
  if (first.bytes.length === 0) return first;
  const firstByte = roundMs(clock.monotonic() - from);
  if (first.end !== 'complete' || isWhole(first.bytes)) return { ...first, firstByte };
  const all = (more: Buffer): Buffer => Buffer.concat([first.bytes, more]);
  const room = PROOF_READ_BYTES - first.bytes.length;
  if (room <= 0) return { end: 'too-large', bytes: first.bytes, firstByte };
  const patience = Math.min(PATIENCE_MS, opening.remaining());
  const rest = await read(patience, room, (more) => isWhole(all(more)));
  return { end: rest.end, bytes: all(rest.bytes), firstByte };
}
