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

export interface AcceptedProtocolsOptions {
  /** SNI; none for IP literals. */
  readonly servername?: string;
  /** Budget of all connections together, ms. */
  readonly timeoutMs: number;
  /** Version that the main handshake negotiated, if it succeeded: saves a connection. */
  readonly negotiated?: string;
}

/** Prepares a new connection up to where TLS begins (STARTTLS); `undefined` when it can't, and then it has closed it. */
export type WrapConnection = (socket: Socket) => Promise<Socket | undefined>;

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
  wrap?: WrapConnection,
): Promise<AcceptedProtocols> {
  const until = context.clock.monotonic() + options.timeoutMs;
  const ask = (newest: OldVersion): Promise<HandshakeAnswer> =>
    askFor(newest, address, port, options, until, context, wrap);

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
  options: AcceptedProtocolsOptions,
  until: number,
  context: ProbeContext,
  wrap: WrapConnection | undefined,
): Promise<HandshakeAnswer> {
  const left = (): number => Math.min(PATIENCE_MS, until - context.clock.monotonic());
  if (left() <= 0) return { status: 'no-answer' };
  const dialled = await context.dial(address, port, { timeoutMs: left() });
  if (!dialled.ok) return { status: 'no-answer' };
  const socket = wrap ? await wrap(dialled.socket) : dialled.socket;
  if (!socket) return { status: 'no-answer' };
  const hello = clientHello(newest, options.servername, Buffer.from(context.randomHex(32), 'hex'));
  const bytes = await sendHello(
    socket,
    hello,
    left(),
    context.deadline,
    (sofar) => readHelloAnswer(sofar) !== undefined,
  );
  const answer = readHelloAnswer(bytes.bytes);
  if (answer) return answer;
  return { status: bytes.end === 'fin' || bytes.end === 'reset' ? 'closed' : 'no-answer' };
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
