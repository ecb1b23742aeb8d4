/** The oldest protocol version that a server accepts, learnt on connections of its own. */
import type { Socket } from 'node:net';
import { readBytes } from '../net/read.ts';
import {
  clientHello,
  HELLO_ANSWER_BYTES,
  type HelloAnswer,
  type OldVersion,
  readHelloAnswer,
} from './client-hello.ts';
import type { ProbeContext } from './probe.ts';

export interface OldestProtocolOptions {
  /** SNI; none for IP literals. */
  readonly servername?: string;
  /** Budget of all connections together, ms. */
  readonly timeoutMs: number;
  /** Version that the main handshake came to, if it succeeded: spares a connection. */
  readonly negotiated?: string;
}

/** Brings a fresh connection to where TLS begins (STARTTLS); `undefined` when it can't. Closing is its work then. */
export type WrapConnection = (socket: Socket) => Promise<Socket | undefined>;

/** A firewall may drop what it takes for an attack: an old offer is not worth a longer wait than this, ms. */
const PATIENCE_MS = 3_000;

type Answer = HelloAnswer | { readonly status: 'closed' | 'no-answer' };

/**
 * Offers TLS 1.1 and below; a server that picks one is asked for the next older until it refuses. One that refuses
 * at once is asked for TLS 1.2, unless that is what it negotiated. The ServerHello is proof enough: the connection is
 * dropped there. `undefined` when it wasn't learnt: no connection, silence, no TLS.
 */
export async function oldestProtocol(
  address: string,
  port: number,
  options: OldestProtocolOptions,
  context: ProbeContext,
  wrap?: WrapConnection,
): Promise<string | undefined> {
  const until = context.clock.monotonic() + options.timeoutMs;
  const ask = (newest: OldVersion): Promise<Answer> =>
    askFor(newest, address, port, options, until, context, wrap);

  let answer = await ask('TLSv1.1');
  let oldest: string | undefined;
  while (answer.status === 'server-hello') {
    oldest = answer.version;
    const older = OLDER[oldest];
    if (older === undefined) return oldest;
    answer = await ask(older);
    // A server that answers an offer of TLS 1.0 with TLS 1.1 has not accepted it.
    if (answer.status === 'server-hello' && answer.version >= oldest) return oldest;
  }
  if (oldest !== undefined) return oldest;
  if (!isRefusal(answer)) return undefined;
  if (options.negotiated === 'TLSv1.2') return 'TLSv1.2';
  answer = await ask('TLSv1.2');
  if (answer.status === 'server-hello') return answer.version;
  if (!isRefusal(answer)) return undefined;
  if (options.negotiated !== undefined) return options.negotiated;
  // Nothing was negotiated: ancient servers refuse an offer that is too new instead of picking an older version.
  for (const version of ANCIENT) {
    answer = await ask(version);
    if (answer.status === 'server-hello') return answer.version;
  }
  return undefined;
}

const ANCIENT = ['TLSv1', 'SSLv3'] as const;
const OLDER: Readonly<Record<string, OldVersion>> = {
  'TLSv1.2': 'TLSv1.1',
  'TLSv1.1': 'TLSv1',
  TLSv1: 'SSLv3',
};

/** An alert, or the connection closed at the ClientHello, as some servers and load balancers do. */
const isRefusal = ({ status }: Answer): boolean => status === 'alert' || status === 'closed';

async function askFor(
  newest: OldVersion,
  address: string,
  port: number,
  options: OldestProtocolOptions,
  until: number,
  context: ProbeContext,
  wrap: WrapConnection | undefined,
): Promise<Answer> {
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
