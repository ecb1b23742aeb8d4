/** Which protocol versions a server accepts, found out on separate connections. */
import type { Socket } from 'node:net';
import type { ProbeSpec } from '../../model/plan.ts';
import { readBytes } from '../../net/read.ts';
import type { ProbeContext } from '../contract/probe.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import {
  clientHello,
  HELLO_ANSWER_BYTES,
  type HelloAnswer,
  type OldVersion,
  readHelloAnswer,
} from './client-hello.ts';

export interface HelloOptions {
  /** SNI; none for IP literals. */
  readonly servername?: string;
  /** Budget of all connections together, ms. */
  readonly timeoutMs: number;
}

export interface AcceptedProtocolsOptions extends HelloOptions {
  /** Version that the main handshake negotiated, if it succeeded: saves a connection. */
  readonly negotiated?: string;
}

/** A firewall may drop what looks like an attack, so the wait for an answer to an old offer is no longer than this, ms. */
const PATIENCE_MS = 3_000;

type HandshakeAnswer = HelloAnswer | { readonly status: 'closed' | 'no-answer' };

/** What the separate connections showed; empty when they showed nothing: no connection, silence, no TLS. */
export type AcceptedProtocols = Pick<TlsResult, 'oldestProtocol' | 'tls12Refused'>;

/**
 * Whether to ask which protocols a server accepts, once its main handshake has ended. An endpoint that must not be reachable is not asked
 * further, and neither is a server that gave no TLS answer at all; an alert or a failure may be its answer to our versions.
 */
export function asksAcceptedProtocols(
  { oldProtocols, expect }: Pick<ProbeSpec, 'oldProtocols' | 'expect'>,
  { handshake: { status } }: TlsResult,
): boolean {
  if (oldProtocols !== true || expect === 'closed') return false;
  return status === 'complete' || status === 'alert' || status === 'failed';
}

/**
 * Offers TLS 1.1 and below; a server that accepts one is asked for the next older one until it refuses. One that refuses
 * immediately is asked for TLS 1.2, unless that is what it negotiated. The ServerHello is proof enough: the connection is
 * dropped there.
 *
 * Where the main handshake failed, an old version that is accepted does not explain it: a server may support
 * TLS 1.0 to 1.3 and refuse because a client certificate is missing. So TLS 1.2 is then offered by itself as well, and only
 * alert 70 (protocol_version) or an older version in answer to it says that the server supports nothing newer.
 */
export async function acceptedProtocols(
  address: string,
  port: number,
  options: AcceptedProtocolsOptions,
  context: ProbeContext,
): Promise<AcceptedProtocols> {
  const until = context.clock.monotonic() + options.timeoutMs;
  const ask = (newest: OldVersion): Promise<HandshakeAnswer> =>
    askFor(newest, address, port, options, until, context);

  const { oldest, refused } = await oldestBelow12(ask);
  if (oldest !== undefined) {
    if (options.negotiated !== undefined) return { oldestProtocol: oldest };
    return { oldestProtocol: oldest, ...refusal12(await ask('TLSv1.2')) };
  }
  if (!refused) return {};
  if (options.negotiated === 'TLSv1.2') return { oldestProtocol: 'TLSv1.2' };
  const answer = await ask('TLSv1.2');
  if (answer.status === 'server-hello') return { oldestProtocol: answer.version, ...refusal12(answer) };
  if (!isRefusal(answer)) return {};
  if (options.negotiated !== undefined) return { oldestProtocol: options.negotiated };
  // Nothing was negotiated: very old servers refuse an offer that is too new instead of choosing an older version.
  for (const version of ANCIENT) {
    const old = await ask(version);
    if (old.status === 'server-hello') return { oldestProtocol: old.version, ...refusal12(answer) };
  }
  return {};
}

async function oldestBelow12(ask: (newest: OldVersion) => Promise<HandshakeAnswer>) {
  let answer = await ask('TLSv1.1');
  let oldest: string | undefined;
  while (answer.status === 'server-hello') {
    // A server that answers an offer of TLS 1.0 with TLS 1.1 has not accepted it.
    if (oldest !== undefined && answer.version >= oldest) break;
    oldest = answer.version;
    const older = OLDER[oldest];
    if (older === undefined) break;
    answer = await ask(older);
  }
  return { oldest, refused: isRefusal(answer) };
}

/** Did the server refuse TLS 1.2 because of the version? */
function refusal12(answer: HandshakeAnswer): Pick<TlsResult, 'tls12Refused'> {
  const refused =
    answer.status === 'server-hello'
      ? answer.version !== 'TLSv1.2'
      : answer.status === 'alert' && answer.alert.number === PROTOCOL_VERSION;
  return refused ? { tls12Refused: true } : {};
}

const PROTOCOL_VERSION = 70;
const ANCIENT = ['TLSv1', 'SSLv3'] as const;
const OLDER: Readonly<Record<string, OldVersion>> = {
  'TLSv1.2': 'TLSv1.1',
  'TLSv1.1': 'TLSv1',
  TLSv1: 'SSLv3',
};

/** An alert, or the connection closed at the ClientHello, as some servers and load balancers do. */
const isRefusal = ({ status }: HandshakeAnswer): boolean => status === 'alert' || status === 'closed';

async function askFor(
  newest: OldVersion,
  address: string,
  port: number,
  { servername }: AcceptedProtocolsOptions,
  until: number,
  context: ProbeContext,
): Promise<HandshakeAnswer> {
  const hello = clientHello(newest, servername, Buffer.from(context.randomHex(32), 'hex'));
  return (
    (await helloOnNewConnection(address, port, hello, readHelloAnswer, until, context)) ?? {
      status: 'no-answer',
    }
  );
}

/**
 * Sends a ClientHello on a connection of its own and reads the start of the answer.
 *
 * @param read  what the bytes so far say; `undefined` while they say nothing yet
 * @param until monotonic time, ms, at which there is no more time
 * @returns `closed` when the server closed the connection in place of an answer; `undefined` when there was none
 */
export async function helloOnNewConnection<Answer>(
  address: string,
  port: number,
  hello: Buffer,
  read: (bytes: Buffer) => Answer | undefined,
  until: number,
  context: ProbeContext,
): Promise<Answer | { readonly status: 'closed' } | undefined> {
  const left = (): number => Math.min(PATIENCE_MS, until - context.clock.monotonic());
  if (left() <= 0) return undefined;
  const dialled = await context.dial(address, port, { timeoutMs: left() });
  if (!dialled.ok) return undefined;
  const { bytes, end } = await sendHello(
    dialled.socket,
    hello,
    left(),
    context.deadline,
    (sofar) => read(sofar) !== undefined,
  );
  return read(bytes) ?? (end === 'fin' || end === 'reset' ? { status: 'closed' } : undefined);
}

/** Sends a ClientHello, reads the start of the answer and closes the connection. */
export async function sendHello(
  socket: Socket,
  hello: Buffer,
  timeoutMs: number,
  deadline: AbortSignal,
  enough: (bytes: Buffer) => boolean,
) {
  socket.write(hello);
  const answer = await readBytes(socket, { timeoutMs, maxBytes: HELLO_ANSWER_BYTES, deadline, enough });
  socket.destroy();
  return answer;
}
