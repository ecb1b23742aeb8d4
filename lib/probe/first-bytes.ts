/** What a port that doesn't speak TLS says to a ClientHello. */
import { readBytes } from '../net/read.ts';
import { clientHello } from './client-hello.ts';
import type { ProbeContext } from './probe.ts';

const SHOWN_BYTES = 200;
/** A peer that goes on line by line is not waited for longer than this, ms. */
const PATIENCE_MS = 1_000;

/**
 * Dials again, sends a ClientHello and reads a first line, or what comes in a second. (Reading along on the first
 * connection would put a JavaScript stream between OpenSSL and the socket and double the CPU of every handshake.)
 * `undefined` when nothing came.
 */
export async function firstBytesToHello(
  address: string,
  port: number,
  servername: string | undefined,
  timeoutMs: number,
  context: ProbeContext,
): Promise<Buffer | undefined> {
  const patience = Math.min(PATIENCE_MS, timeoutMs);
  if (patience <= 0 || address === '') return undefined;
  const dialled = await context.dial(address, port, { timeoutMs: patience });
  if (!dialled.ok) return undefined;
  const { socket } = dialled;
  socket.write(clientHello('TLSv1.2', servername, Buffer.from(context.randomHex(32), 'hex')));
  const { bytes } = await readBytes(socket, {
    timeoutMs: patience,
    maxBytes: SHOWN_BYTES,
    deadline: context.deadline,
    enough: (sofar) => sofar.includes('\n'),
  });
  socket.destroy();
  return bytes.length > 0 ? bytes : undefined;
}

/** The header of a TLS record (RFC 8446 §5.1): a known content type, then version 3.0 to 3.4. */
export function looksLikeTls(bytes: Buffer): boolean {
  const [type = 0, major, minor = 0] = bytes;
  return type >= 20 && type <= 24 && major === 3 && minor <= 4;
}
