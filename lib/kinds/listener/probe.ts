import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ProbeSpec } from '../../model/plan.ts';
import type { ListenerSpeech } from '../../model/vocabulary.ts';
import { roundMs } from '../../net/clock.ts';
import { isIP } from '../../net/ip.ts';
import { printable } from '../../net/printable.ts';
import { type Opening, openConnection } from '../connection/opening.ts';
import { endWords } from '../connection/outcome-words.ts';
import { describeClientHello, describeTls } from '../connection/tls-evidence.ts';
import { type HandshakeOptions, handshake } from '../connection/tls-handshake.ts';
import type { Probe, ProbeContext } from '../contract/probe.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { WINDOWS_FOLDER, withoutChallenge } from './challenge-request.ts';
import { converse, type ListenerAnswer, SAMPLE_CHARS } from './conversation.ts';
import type { ListenerObservation, ListenerResult } from './observation.ts';
import { type Challenge, judgeProof, type ListenerProof, readProof, sessionExporter } from './proof.ts';
import { digestChallenge, digestWords } from './read-back.ts';
import { speechOn, usesTls } from './speech.ts';
import { nonceWithWords } from './words.ts';

/**
 * Connects, sends one challenge, and reads the proof. Any certificate will do: the proof covers the TLS session. Where the hello gets
 * the answer of a listener without TLS (a text for a machine without Node), it is asked in clear; where a web server answers without a
 * proof, it is asked below the folder that the text for PowerShell has beside IIS. Once more at most, and only a proof of it counts.
 */
export const probeListener: Probe<ListenerObservation> = async (spec, context) => {
  const { monotonic } = context.clock;
  const begin = monotonic();
  const speech = spec.speech ?? speechOn(spec.port);
  const seen = await probeAs(speech, spec, context);
  const clear = clearSpeech(speech, seen.tls);
  const isBeside = isOtherWebServer(seen);
  const leftMs = spec.timeoutMs - (monotonic() - begin);
  if ((clear === undefined && !isBeside) || leftMs <= 0) return seen;
  const next = { ...spec, timeoutMs: leftMs };
  const again =
    clear === undefined
      ? await probeAs(speech, next, context, WINDOWS_FOLDER)
      : await probeAs(clear, next, context);
  const { listener } = again;
  if (listener === undefined || !isProof(listener)) return seen;
  return {
    ...again,
    startedAt: seen.startedAt,
    exchange: [...seen.exchange, ...again.exchange],
    listener: {
      ...listener,
      ...(clear === undefined ? { beside: true as const } : { tlsFailed: true as const }),
    },
    timings: { ...again.timings, total: roundMs(monotonic() - begin) },
  };
};

/**
 * What a listener without TLS is asked in, by what it sent in place of a ServerHello: a text's empty page, or a mail server's greeting.
 * Silence, a reset, an alert and a device's own page are no such answer: a proof in clear would hide what breaks TLS on the way.
 */
function clearSpeech(speech: ListenerSpeech, tls: TlsResult | undefined): ListenerSpeech | undefined {
  if (tls?.handshake.status !== 'not-tls') return undefined;
  const { firstBytes } = tls.handshake;
  if (/^220[ -]/.test(firstBytes)) return 'smtp';
  if (!firstBytes.startsWith('HTTP/1.1 200 OK')) return undefined;
  return speech === 'https' ? 'http' : 'line';
}

/** Over HTTP, with a code: a page without a proof. */
const isOtherWebServer = ({ listener }: ListenerObservation): boolean =>
  listener?.status === 'no-proof' && listener.speech === 'http' && listener.read.text.startsWith('HTTP/1.');

const isProof = ({ status, destination }: ListenerResult): boolean =>
  status === 'proven' || (status === 'unverified' && destination !== undefined);

async function probeAs(
  speech: ListenerSpeech,
  spec: ProbeSpec,
  context: ProbeContext,
  folder?: string,
): Promise<ListenerObservation> {
  const opening = await openConnection(spec, context);
  const { facts, socket, connectMs, exchange } = opening;
  if (socket === undefined) {
    return { kind: 'listener', ...facts, timings: { connect: connectMs, total: opening.elapsed() } };
  }
  const session = usesTls(speech) ? await shake(socket, spec, opening, context) : undefined;
  const stream = session === undefined ? socket : session.socket;
  if (stream === undefined)
    return {
      kind: 'listener',
      ...facts,
      ...(session !== undefined && { tls: session.tls }),
      timings: {
        connect: connectMs,
        ...(session !== undefined && { tls: session.ms }),
        total: opening.elapsed(),
      },
    };
  const challenge: Challenge = {
    run: context.listener?.run ?? context.randomHex(8),
    nonce: nonceFor(spec, context),
  };
  const answer = await converse(
    stream,
    { ...spec, speech, ...(folder !== undefined && { folder }) },
    challenge,
    opening,
    context,
  );
  stream.destroySoon();
  const proof = readProof(answer.bytes.toString('latin1'));
  const read = readFacts(answer, challenge);
  if (proof !== undefined)
    exchange.received(`a proof: destination ${proof.destination}, source ${proof.source}`);
  else if (read.bytes > 0) exchange.received(read.text);
  exchange.event(`closed by us; reading ended: ${endWords(answer.end)}`);
  return {
    kind: 'listener',
    ...facts,
    ...(session !== undefined && { tls: session.tls }),
    listener: {
      speech,
      ...judged(proof, challenge, session?.exporter, context),
      wordsDigest: digestChallenge(challenge.nonce),
      readBack: digestWords(challenge.nonce, context.randomHex(16)),
      read,
    },
    timings: {
      connect: connectMs,
      ...(session !== undefined && { tls: session.ms }),
      ...(answer.firstByte !== undefined && { firstByte: answer.firstByte }),
      total: opening.elapsed(),
    },
  };
}

function nonceFor({ address, port }: ProbeSpec, { listener, randomHex }: ProbeContext): string {
  const random = randomHex(16);
  return listener?.wordsSeed === undefined
    ? random
    : nonceWithWords(random, listener.wordsSeed, address, port);
}

interface Session {
  readonly tls: TlsResult;
  readonly ms: number;
  /** Absent where the handshake failed. */
  readonly socket?: TLSSocket;
  readonly exporter?: Buffer;
}

async function shake(
  socket: Socket,
  spec: ProbeSpec,
  opening: Opening,
  context: ProbeContext,
): Promise<Session> {
  const { exchange } = opening;
  const options: HandshakeOptions = {
    host: spec.host,
    ...(isIP(spec.host) === 0 && { servername: spec.host }),
    timeoutMs: opening.remaining(),
  };
  exchange.sent(describeClientHello(options));
  const { result, ms, socket: secure } = await handshake(socket, options, context);
  const { handshake: ended, servername, protocol, receivedBytes, proxyHeader } = result;
  exchange.received(describeTls(result));
  const tls: TlsResult = {
    handshake: ended,
    ...(servername !== undefined && { servername }),
    ...(protocol !== undefined && { protocol }),
    ...(receivedBytes !== undefined && { receivedBytes }),
    ...(proxyHeader !== undefined && { proxyHeader }),
  };
  if (secure === undefined) return { tls, ms };
  const exporter = exporterOf(secure);
  return { tls, ms, socket: secure, ...(exporter !== undefined && { exporter }) };
}

/** `undefined` for a session that has ended meanwhile. */
function exporterOf(socket: TLSSocket): Buffer | undefined {
  try {
    return sessionExporter(socket);
  } catch {
    return undefined;
  }
}

type Judged = Omit<ListenerResult, 'speech' | 'wordsDigest' | 'readBack' | 'read'>;

function judged(
  proof: ListenerProof | undefined,
  challenge: Challenge,
  exporter: Buffer | undefined,
  context: ProbeContext,
): Judged {
  const key = context.listener?.key;
  if (proof === undefined) return { status: key === undefined ? 'unverified' : 'no-proof' };
  const { destination, source, time, tlsMac } = proof;
  const told = {
    destination,
    source,
    listenerTime: time,
    ...(tlsMac !== undefined && { tlsProof: true as const }),
  };
  if (key === undefined) return { status: 'unverified', ...told };
  const verdict = judgeProof(key, challenge, proof, exporter);
  return { status: verdict === 'wrong' ? 'wrong-proof' : verdict, ...told };
}

/** For evidence: nobody learns the words from it. */
function readFacts({ end, bytes }: ListenerAnswer, challenge: Challenge): ListenerResult['read'] {
  const text = withoutChallenge(bytes.toString('latin1'), challenge);
  return { end, bytes: bytes.length, text: printable(Buffer.from(text, 'latin1'), SAMPLE_CHARS) };
}
