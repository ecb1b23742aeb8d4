import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { ListenerCode } from './code.ts';

/** First word of a challenge and of a proof; another version of the exchange gets another word. */
export const PROOF_WORD = 'icl1';
/** Label of the TLS exporter (RFC 5705 §4, RFC 8446 §7.5) whose value a proof over TLS also covers. */
export const EXPORTER_LABEL = 'EXPERIMENTAL inbound-check listener 1';
export const EXPORTER_BYTES = 32;
/** A listener's answer is read up to here; a proof line is shorter than 400 bytes. */
export const PROOF_READ_BYTES = 8_192;

/** What the prober sends to one port: the run and a nonce that is used once. */
export interface Challenge {
  /** 16 lower-case hexadecimal digits, one value for each run. */
  readonly run: string;
  /** 32 lower-case hexadecimal digits, one value for each attempt. */
  readonly nonce: string;
}

/** What a listener says of one connection. Addresses as it saw them: `203.0.113.7:443`, `[2001:db8::7]:443`. */
export interface ProofStatement {
  readonly destination: string;
  readonly source: string;
  /** Unix time of the listener's clock in seconds. Told only: the nonce, not the time, keeps a proof from being used again. */
  readonly time: number;
}

export interface ListenerProof extends ProofStatement {
  readonly nonce: string;
  /** Hexadecimal HMAC-SHA-256 over the statement. */
  readonly mac: string;
  /** The same over the statement and the TLS session's exporter; absent where the connection had no TLS. */
  readonly tlsMac?: string | undefined;
}

/** Text of a challenge as it stands in a path, in EHLO and in a first line: `icl1-RUN-NONCE`. */
export function challengeText({ run, nonce }: Challenge): string {
  return `${PROOF_WORD}-${run}-${nonce}`;
}

/** The first challenge in a line of a client. */
export function readChallenge(line: string): Challenge | undefined {
  const [, run, nonce] = /(?:^|[^0-9a-z])icl1-([0-9a-f]{16})-([0-9a-f]{32})(?![0-9a-f])/.exec(line) ?? [];
  return run === undefined || nonce === undefined ? undefined : { run, nonce };
}

/**
 * Key of one run, in hexadecimal: whoever gets it can prove nothing in another run, so a prober elsewhere never holds the
 * code itself.
 */
export function runKey(code: ListenerCode, run: string): string {
  return hmac(code, `inbound-check run ${run}`);
}

/**
 * The line that answers a challenge: `icl1 NONCE DESTINATION SOURCE TIME MAC [TLSMAC]`.
 *
 * @param exporter of the TLS session, where there is one
 */
export function proofLine(
  key: string,
  challenge: Challenge,
  statement: ProofStatement,
  exporter?: Buffer,
): string {
  const text = statementText(challenge, statement);
  const macs = [hmac(key, text), ...(exporter === undefined ? [] : [hmac(key, tlsText(text, exporter))])];
  return [PROOF_WORD, challenge.nonce, statement.destination, statement.source, statement.time, ...macs].join(
    ' ',
  );
}

/** The first proof line in an answer of any protocol (an SMTP reply code may stand before it). */
export function readProof(answer: string): ListenerProof | undefined {
  const [, nonce, destination, source, time, mac, tlsMac] =
    /(?:^|[\r\n])(?:250[ -])?icl1 ([0-9a-f]{32}) ([0-9A-Fa-f.:[\]]{3,64}) ([0-9A-Fa-f.:[\]]{3,64}) (\d{1,12}) ([0-9a-f]{64})(?: ([0-9a-f]{64}))?\s/.exec(
      `${answer}\n`,
    ) ?? [];
  if (
    nonce === undefined ||
    destination === undefined ||
    source === undefined ||
    time === undefined ||
    mac === undefined
  ) {
    return undefined;
  }
  return { nonce, destination, source, time: Number(time), mac, ...(tlsMac !== undefined && { tlsMac }) };
}

/**
 * What a proof is worth. `proven`: made with the code for this very challenge. `other-session`: so too, but in another
 * TLS session than ours: something between ends TLS. `wrong`: neither.
 *
 * @param exporter of our TLS session, where there is one
 */
export function judgeProof(
  key: string,
  challenge: Challenge,
  proof: ListenerProof,
  exporter?: Buffer,
): 'proven' | 'other-session' | 'wrong' {
  const text = statementText(challenge, proof);
  if (proof.nonce !== challenge.nonce || !same(proof.mac, hmac(key, text))) return 'wrong';
  if (exporter === undefined && proof.tlsMac === undefined) return 'proven';
  const session = exporter !== undefined && proof.tlsMac !== undefined;
  return session && same(proof.tlsMac, hmac(key, tlsText(text, exporter))) ? 'proven' : 'other-session';
}

/**
 * What both ends of a TLS session, and nobody between them, can compute: the exporter that a proof covers. Both ends give
 * an empty context, which before TLS 1.3 is not the same as none (RFC 5705 §4).
 */
export function sessionExporter(session: Pick<TLSSocket, 'exportKeyingMaterial'>): Buffer {
  return session.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
}

function statementText({ run, nonce }: Challenge, { destination, source, time }: ProofStatement): string {
  return [PROOF_WORD, run, nonce, destination, source, time].join(' ');
}

function tlsText(text: string, exporter: Buffer): string {
  return `${text} ${exporter.toString('hex')}`;
}

function hmac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

function same(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
