/** What a port that doesn't speak TLS says to a ClientHello. */
import type { ProbeContext } from '../contract/probe.ts';
import { askOnNewConnection } from './ask-on-new-connection.ts';
import { clientHello } from './client-hello.ts';

const SHOWN_BYTES = 200;
/** Longest wait for a peer that keeps sending line by line, ms. */
const PATIENCE_MS = 1_000;

/**
 * Dials again, sends a ClientHello and reads a first line, or what arrives within a second. (Reading the bytes on the first
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
  const hello = clientHello('TLSv1.2', servername, Buffer.from(context.randomHex(32), 'hex'));
  const bytes = await askOnNewConnection(
    address,
    port,
    hello,
    {
      timeoutMs: Math.min(PATIENCE_MS, timeoutMs),
      maxBytes: SHOWN_BYTES,
      enough: (sofar) => sofar.includes('\n'),
    },
    context,
  );
  return bytes !== undefined && bytes.length > 0 ? bytes : undefined;
}

/** The header of a TLS record (RFC 8446 §5.1): a known content type, then version 3.0 to 3.4. */
export function looksLikeTls(bytes: Buffer): boolean {
  const [type = 0, major, minor = 0] = bytes;
  return type >= 20 && type <= 24 && major === 3 && minor <= 4;
}
