/**
 * The first flight of a TLS 1.2 server, which is not encrypted: ServerHello to ServerKeyExchange (RFC 5246 §7.4, RFC 8422 §5.4).
 * Read on a separate connection, and only after a handshake failed or browsers would have been refused: it shows what OpenSSL
 * and Node.js don't, the size of a Diffie-Hellman group that is too small and the algorithm of the server's signature.
 */
import type { ProbeContext } from '../contract/probe.ts';
import { askOnNewConnection } from './ask-on-new-connection.ts';
import { clientHello } from './client-hello.ts';

export interface ServerFlight {
  readonly suite: number;
  readonly keyExchange: 'ECDHE' | 'DHE' | 'other';
  /** DHE: bits of the prime. */
  readonly dhBits?: number;
  /** SignatureScheme of ServerKeyExchange (RFC 8446 §4.2.3), e.g. 0x0201 for RSA with SHA-1. */
  readonly signature?: number;
}

const MAX_BYTES = 65_536;
const HANDSHAKE = 22;
const SERVER_HELLO = 2;
const SERVER_KEY_EXCHANGE = 12;
const SERVER_HELLO_DONE = 14;
const NAMED_CURVE = 3;
const TLS_1_2 = 0x0303;
/** DHE suites of our ClientHello. */
const DHE_SUITES: ReadonlySet<number> = new Set([
  0x009e, 0x009f, 0xccaa, 0x0067, 0x006b, 0x0033, 0x0039, 0x0016, 0x0032, 0x0038, 0x0013,
]);

/** Dials and asks; `undefined` when the server sends no TLS 1.2 flight within `timeoutMs`. */
export async function askServerFlight(
  address: string,
  port: number,
  servername: string | undefined,
  timeoutMs: number,
  context: ProbeContext,
): Promise<ServerFlight | undefined> {
  const hello = clientHello('TLSv1.2', servername, Buffer.from(context.randomHex(32), 'hex'));
  const bytes = await askOnNewConnection(
    address,
    port,
    hello,
    {
      timeoutMs,
      maxBytes: MAX_BYTES,
      enough: (sofar) => messagesOf(sofar).some(({ type }) => type === SERVER_HELLO_DONE),
    },
    context,
  );
  return bytes && readServerFlight(bytes);
}

export function readServerFlight(bytes: Buffer): ServerFlight | undefined {
  const messages = messagesOf(bytes);
  const found = serverHelloOf(messages);
  if (!found) return undefined;
  const { hello, suiteAt } = found;
  const suite = hello.readUInt16BE(suiteAt);
  const parameters = messages.find(({ type }) => type === SERVER_KEY_EXCHANGE)?.body;
  const keyExchange = parameters ? (DHE_SUITES.has(suite) ? 'DHE' : 'ECDHE') : 'other';
  const signedAt = parameters && endOfParameters(parameters, keyExchange === 'DHE');
  return {
    suite,
    keyExchange,
    ...(parameters && keyExchange === 'DHE' && { dhBits: primeBits(parameters) }),
    ...(parameters &&
      signedAt !== undefined &&
      hello.readUInt16BE(0) === TLS_1_2 &&
      parameters.length >= signedAt + 2 && { signature: parameters.readUInt16BE(signedAt) }),
  };
}

/** Where the public parameters end and the signature begins. */
function endOfParameters(parameters: Buffer, isDhe: boolean): number | undefined {
  if (!isDhe) return parameters[0] === NAMED_CURVE ? 4 + (parameters[3] ?? 0) : undefined;
  let at = 0;
  // dh_p, dh_g and dh_Ys, each with its length.
  for (let field = 0; field < 3; field += 1) {
    if (parameters.length < at + 2) return undefined;
    at += 2 + parameters.readUInt16BE(at);
  }
  return at;
}

function primeBits(parameters: Buffer): number {
  if (parameters.length < 2) return 0;
  const prime = parameters.subarray(2, 2 + parameters.readUInt16BE(0));
  const first = prime.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (prime.length - first) * 8 - (Math.clz32(prime[first] ?? 0) - 24);
}

/** The body of the ServerHello and the place of the chosen suite in it; `undefined` when there is none, or it ends before that. */
export function serverHelloOf(
  messages: readonly HandshakeMessage[],
): { readonly hello: Buffer; readonly suiteAt: number } | undefined {
  const hello = messages.find(({ type }) => type === SERVER_HELLO)?.body;
  if (!hello || hello.length < 38) return undefined;
  // Version, random, then the session id with its length (RFC 5246 §7.4.1.3).
  const suiteAt = 35 + (hello[34] ?? 0);
  return hello.length < suiteAt + 2 ? undefined : { hello, suiteAt };
}

export interface HandshakeMessage {
  readonly type: number;
  readonly body: Buffer;
}

/** Whole handshake messages, put together from the records that arrived completely; a record of another kind ends the list. */
export function messagesOf(bytes: Buffer): HandshakeMessage[] {
  const parts: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length && bytes[at] === HANDSHAKE; ) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) break;
    parts.push(bytes.subarray(at + 5, end));
    at = end;
  }
  const stream = Buffer.concat(parts);
  const messages: HandshakeMessage[] = [];
  for (let at = 0; at + 4 <= stream.length && messages.length < 16; ) {
    const end = at + 4 + stream.readUIntBE(at + 1, 3);
    if (end > stream.length) break;
    messages.push({ type: stream[at] ?? 0, body: stream.subarray(at + 4, end) });
    at = end;
  }
  return messages;
}
