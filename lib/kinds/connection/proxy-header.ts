/**
 * A few short extra connections show whether a server, or a proxy in front of it, uses the PROXY protocol. They are
 * made only after the plain connection failed in a way that fits.
 */
import { printable } from '../../net/printable.ts';
import type { ProbeContext } from '../contract/probe.ts';
import type { ProxyHeader } from '../contract/proxy-header.ts';
import { askOnNewConnection } from './ask-on-new-connection.ts';

/** A complaint about a line that was sent before ours arrives within a round trip; so does an answer after the header. */
const PATIENCE_MS = 1_500;
const MAX_BYTES = 512;
const SHOWN = 120;

/**
 * The PROXY protocol, §2.2: version 2 with the command LOCAL names no client, and receivers use the
 * addresses of the connection itself. So nothing false is claimed, and no other client is named.
 */
export const LOCAL_HEADER = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex');
/**
 * §2.1: the same in version 1, for receivers that know nothing newer. (Postfix takes no UNKNOWN; a version that knows no
 * header of version 2 is not found.)
 */
export const UNKNOWN_HEADER = Buffer.from('PROXY UNKNOWN\r\n', 'latin1');

interface Peer {
  readonly address: string;
  readonly port: number;
  /** What is left of the budget, ms. */
  readonly leftMs: number;
}

/**
 * Does the peer complain on a connection on which nothing is sent? Then something in front of it sends bytes of its own.
 *
 * @param isComplaint distinguishes a complaint from the greeting of a server that sends first
 */
export async function unexpectedHeader(
  peer: Peer,
  isComplaint: (bytes: Buffer) => boolean,
  context: ProbeContext,
): Promise<ProxyHeader | undefined> {
  const bytes = await hear(peer, undefined, isComplaint, context);
  return bytes === undefined ? undefined : { status: 'unexpected', text: printable(bytes, SHOWN) };
}

/**
 * Does the peer answer after a header, but not without one? One connection with a header of version 2; without an answer one
 * of version 1, and because that is a line of text, which a peer may read as words of its own protocol, one without a header again.
 *
 * @param question the first message of the client
 */
export async function expectedHeader(
  peer: Peer,
  question: Uint8Array,
  isAnswer: (bytes: Buffer) => boolean,
  context: ProbeContext,
): Promise<ProxyHeader | undefined> {
  const end = context.clock.monotonic() + peer.leftMs;
  const behind = (header: Uint8Array) =>
    hear(
      { ...peer, leftMs: end - context.clock.monotonic() },
      Buffer.concat([header, question]),
      isAnswer,
      context,
    );
  const newer = await behind(LOCAL_HEADER);
  if (newer !== undefined) return expectedBy(newer);
  const older = await behind(UNKNOWN_HEADER);
  if (older === undefined) return undefined;
  return (await behind(NOTHING)) === undefined ? expectedBy(older) : undefined;
}

/**
 * The same for a server that sends first, at the same time. Whether it would have answered without the header this time must be
 * checked, too: one that drops some of its clients answers others in any case.
 */
export async function expectedHeaderServerFirst(
  peer: Peer,
  isAnswer: (bytes: Buffer) => boolean,
  context: ProbeContext,
): Promise<ProxyHeader | undefined> {
  const [newer, older, plain] = await Promise.all(
    [LOCAL_HEADER, UNKNOWN_HEADER, undefined].map((header) => hear(peer, header, isAnswer, context)),
  );
  const behind = newer ?? older;
  return plain === undefined && behind !== undefined ? expectedBy(behind) : undefined;
}

const expectedBy = (answer: Buffer): ProxyHeader => ({ status: 'expected', text: printable(answer, SHOWN) });

const NOTHING = Buffer.alloc(0);

/** What arrived on a new connection, if it is what is looked for; else `undefined`. */
async function hear(
  { address, port, leftMs }: Peer,
  say: Uint8Array | undefined,
  isIt: (bytes: Buffer) => boolean,
  context: ProbeContext,
): Promise<Buffer | undefined> {
  const options = { timeoutMs: Math.min(PATIENCE_MS, leftMs), maxBytes: MAX_BYTES, enough: isIt };
  const bytes = await askOnNewConnection(address, port, say, options, context);
  return bytes !== undefined && isIt(bytes) ? bytes : undefined;
}
