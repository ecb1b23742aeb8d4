/** Is it the size of the ClientHello that keeps a server from answering? */
import type { HelloSizes } from '../../model/hello-sizes.ts';
import type { ProbeContext } from '../contract/probe.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { clientHello, readHelloAnswer } from './client-hello.ts';
import { sendHello } from './tls-accepted-protocols.ts';

/** The payload of a segment on Ethernet (RFC 9293 §3.7.1): what is longer needs two. */
export const ONE_SEGMENT_BYTES = 1_460;
/**
 * Less than the second after which TCP sends its SYN again: on such a connection it would send lost data again after three (RFC 6298 §5.7).
 * A new connection is tried in its place.
 */
const DIAL_MS = 900;
const DIALS = 6;
/** TCP has sent a lost segment three times more by the first, and four times by the second, since a small hello must not be lost by chance. */
const PATIENCE_MS = { large: 1_500, small: 3_000 } as const;

/** The peer sent no byte in answer to a hello that needs two segments, or closed the connection in place of it. */
export const gotNoAnswer = (tls: TlsResult | undefined): boolean =>
  (tls?.handshake.status === 'timeout' || tls?.handshake.status === 'closed') &&
  tls.receivedBytes === 0 &&
  (tls.helloBytes ?? 0) > ONE_SEGMENT_BYTES;

/**
 * Sends a small hello, and where it is answered two of the size that failed, and the small one again: small and large differ in their padding
 * (RFC 7685) alone, so what a server thinks of their content is the same. That order is not one that a pool of two servers, one of which hangs,
 * would give. `undefined`: nothing is proven, since no connection came about, there was no time, or something else than TLS answered. Never rejects.
 *
 * @param budgetMs of all connections together; four hellos, of which two are not answered, take some three seconds
 */
export async function compareHelloSizes(
  address: string,
  port: number,
  { servername, helloBytes = 0 }: TlsResult,
  context: ProbeContext,
  budgetMs: number,
): Promise<HelloSizes | undefined> {
  const end = context.clock.monotonic() + budgetMs;
  const peer: HelloPeer = {
    address,
    port,
    servername,
    left: () => end - context.clock.monotonic(),
  };
  const bytes = { small: helloOf(0, servername, context).length, large: helloBytes };
  const isAnswered = (size: keyof typeof bytes): Promise<boolean | undefined> =>
    isHelloAnswered(bytes[size], peer, context);

  const answered = await isAnswered('small');
  if (answered === undefined) return undefined;
  if (!answered) return { ...bytes, answered };
  for (let round = 1; round <= 2; round += 1) {
    const largeAnswered = await isAnswered('large');
    if (largeAnswered === undefined) return undefined;
    if (largeAnswered) return { ...bytes, answered, largeAnswered };
  }
  const again = await isAnswered('small');
  return again === true ? { ...bytes, answered, largeAnswered: false } : undefined;
}

export interface HelloPeer {
  readonly address: string;
  readonly port: number;
  readonly servername: string | undefined;
  /** Milliseconds left. */
  left(): number;
}

const helloOf = (size: number, servername: string | undefined, { randomHex }: ProbeContext): Buffer =>
  clientHello('TLSv1.2', servername, Buffer.from(randomHex(32), 'hex'), { size });

/**
 * One hello of at least `size` bytes on a connection of its own: `true` after a ServerHello or an alert, `false` after no byte at all;
 * `undefined` where neither can be said.
 */
export async function isHelloAnswered(
  size: number,
  { address, port, servername, left }: HelloPeer,
  context: ProbeContext,
): Promise<boolean | undefined> {
  const { dial, deadline } = context;
  const hello = helloOf(size, servername, context);
  const longest = hello.length > ONE_SEGMENT_BYTES ? PATIENCE_MS.large : PATIENCE_MS.small;
  for (let number = 1; number <= DIALS && left() > 0 && !deadline.aborted; number += 1) {
    const dialled = await dial(address, port, { timeoutMs: Math.min(DIAL_MS, left()) });
    if (!dialled.ok) continue;
    const patience = Math.min(longest, left());
    const { bytes, end } = await sendHello(
      dialled.socket,
      hello,
      patience,
      deadline,
      (sofar) => readHelloAnswer(sofar) !== undefined,
    );
    if (bytes.length === 0)
      return end === 'deadline' || (end === 'timeout' && patience < longest) ? undefined : false;
    const answer = readHelloAnswer(bytes);
    return answer === undefined || answer.status === 'not-tls' ? undefined : true;
  }
  return undefined;
}
