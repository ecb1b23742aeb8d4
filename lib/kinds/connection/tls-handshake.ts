/** A TLS handshake on a connected socket, reported phase by phase and with the certificates as they were sent. */
import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { roundMs } from '../../net/clock.ts';
import { offDeadline, onDeadline } from '../../net/deadline.ts';
import { deferredTimeout } from '../../net/deferred-timeout.ts';
import { MAX_SOCKET_BYTES, watchFlood } from '../../net/flood-watch.ts';
import { isIP } from '../../net/ip.ts';
import { printable } from '../../net/printable.ts';
import type { ProbeContext } from '../contract/probe.ts';
import type { ProxyHeader } from '../contract/proxy-header.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { clientHello, readHelloAnswer } from './client-hello.ts';
import { handshakeProperties } from './client-properties.ts';
import { firstBytesToHello, looksLikeTls } from './first-bytes.ts';
import { isHelloAnswered } from './hello-sizes.ts';
import { expectedHeader, unexpectedHeader } from './proxy-header.ts';
import { askServerFlight } from './server-flight.ts';
import { lacksRenegotiationInfo, recordFirstBytes } from './server-hello.ts';
import { signatureSchemeName } from './signature-schemes.ts';
import { tlsAlertOf } from './tls-alerts.ts';
import { readChain } from './tls-chain.ts';
import { type Offer, offersPostQuantum, type TlsContext, tlsContext } from './tls-context.ts';

export { asksAcceptedProtocols } from './tls-accepted-protocols.ts';

export interface HandshakeOptions {
  /** Name for SNI; one that is an IP literal is not sent (RFC 6066 §3). */
  readonly servername?: string;
  /** Name or address that the certificate must cover. */
  readonly host: string;
  /** Milliseconds from ClientHello to the end of the handshake. */
  readonly timeoutMs: number;
  /** Protocols offered by ALPN, best first. */
  readonly alpn?: readonly string[];
  /** Default `browsers`; for mail, what sending servers do, which accept whatever is offered; for HTTP-01, what Go does. */
  readonly offer?: Offer;
  /** The hello has to fit into one segment. */
  readonly small?: boolean;
  /** Gets the certificates of a completed handshake as they were sent, leaf first. */
  readonly onChain?: (sent: readonly X509Certificate[]) => void;
}

export interface HandshakeOutcome {
  readonly result: TlsResult;
  /** From ClientHello to the end of the handshake, or to its failure, ms. */
  readonly ms: number;
  /** Length of the ClientHello, with the offer `all`. */
  readonly helloBytes?: number;
  /**
   * Ready to use, only when the handshake completed. Has an error listener, so that it can't end the process. Its
   * certificates are in the result; `getPeerCertificate` gives nothing.
   */
  readonly socket?: TLSSocket;
}

type Handshake = TlsResult['handshake'];

/**
 * Makes a handshake as a client. Never rejects; certificates never make it fail, they are judged in the result. The socket
 * must be connected and is closed when the handshake fails.
 */
export async function handshake(
  socket: Socket,
  options: HandshakeOptions,
  context: ProbeContext,
): Promise<HandshakeOutcome> {
  const { remoteAddress, remotePort } = socket;
  const begin = context.clock.monotonic();
  // Only a connection that begins with TLS can be dialled again to look at what came back; a STARTTLS socket has already
  // exchanged bytes and can't be dialled again.
  const again = socket.bytesRead === 0 && socket.bytesWritten === 0;
  const offer = options.offer ?? (again ? 'browsers' : 'all');
  // With the narrower offers OpenSSL itself says whether the server knows RFC 5746; for mail the bytes do.
  const large = options.small !== true && (again ? isLarge(options, offer) : offersPostQuantum());
  const asked = await runHandshake(socket, options, context, { offer, overhears: offer === 'all', large });
  const where = { address: remoteAddress ?? '', port: remotePort ?? 0 };
  const first = large && !offersPostQuantum() ? await withoutPadding(asked, where, options, context) : asked;
  const outcome =
    offer === 'browsers' && mayBeRefusal(first.result.handshake)
      ? await offerAll(first, where, options, context)
      : first;
  const puzzled = await reconsidered(outcome, again, { remoteAddress, remotePort }, options, context);
  if (!again || puzzled.socket !== undefined) return puzzled;
  const leftMs = options.timeoutMs - (context.clock.monotonic() - begin);
  const proxyHeader = await proxyHeaderBeforeTls(puzzled.result, { ...where, leftMs }, context);
  return proxyHeader === undefined ? puzzled : { ...puzzled, result: { ...puzzled.result, proxyHeader } };
}

/**
 * Names that no server knows, which make a hello as large as a post-quantum key does. They come after those that browsers offer, and
 * a server has to pass over names that it does not know (RFC 7301 §3.2).
 */
const PADDING = Array.from({ length: 5 }, (_, index) =>
  `inbound-check/padding/${index + 1}/`.padEnd(254, '-'),
);

/**
 * Are browsers the clients? Only where their protocols are offered: with names that no server knows alone, a strict server would have to refuse
 * (no_application_protocol). Elsewhere the hello stays a small one on every version of Node.js.
 *
 * Behind STARTTLS it is large where OpenSSL has the post-quantum key, as that of senders with OpenSSL 3.5 is, and never padded with names: mail
 * servers may be strict about each (nginx's mail proxy), and no sender offers any.
 */
const isLarge = ({ alpn = [] }: HandshakeOptions, offer: Offer): boolean =>
  offer === 'browsers' && alpn.length > 0;

/**
 * Names that no browser sends must not be held against a server that refuses them alone. An alert proves that the large hello has arrived. Of one
 * that was closed that has to be shown first: another of the same size, made large by other means, is answered, and the names are refused again
 * where all else is taken, so that it is not a server that closes now and then.
 */
async function withoutPadding(
  padded: HandshakeOutcome,
  { address, port }: { readonly address: string; readonly port: number },
  options: HandshakeOptions,
  context: ProbeContext,
): Promise<HandshakeOutcome> {
  const { handshake: failed, receivedBytes = 0, helloBytes = 0, servername } = padded.result;
  const closed = failed.status === 'closed' && receivedBytes === 0;
  if (failed.status !== 'alert' && !closed) return padded;
  const start = context.clock.monotonic();
  const left = (): number => options.timeoutMs - padded.ms - (context.clock.monotonic() - start);
  const again = async (large: boolean): Promise<HandshakeOutcome> => {
    if (left() <= 0 || address === '') return padded;
    const dialled = await context.dial(address, port, { timeoutMs: left() });
    if (!dialled.ok) return padded;
    return runHandshake(dialled.socket, { ...options, timeoutMs: left() }, context, {
      offer: 'browsers',
      large,
    });
  };
  if (closed) {
    const arrives = await isHelloAnswered(helloBytes, { address, port, servername, left }, context);
    if (arrives !== true) return padded;
  }
  const plain = await again(false);
  if (plain.socket === undefined || !closed) return plain.socket === undefined ? padded : plain;
  const names = await again(true);
  names.socket?.destroy();
  if (names.socket === undefined) return plain;
  plain.socket.destroy();
  return padded;
}

/** Alerts of a server that could not understand the first bytes: unexpected_message, record_overflow, decode_error, protocol_version. */
const NO_RECORD: ReadonlySet<number> = new Set([10, 22, 50, 70]);
const TLS_ALERT_RECORD = 21;
const TLS_HANDSHAKE_RECORD = 22;

/** Does a failure without any TLS bytes come from a PROXY header that should not be there, or from one that is missing? */
async function proxyHeaderBeforeTls(
  { handshake: failed, receivedBytes = 0, servername }: TlsResult,
  where: Parameters<typeof unexpectedHeader>[0],
  context: ProbeContext,
): Promise<ProxyHeader | undefined> {
  const complains =
    (failed.status === 'not-tls' && HTTP_400.test(failed.firstBytes)) ||
    (failed.status === 'alert' && NO_RECORD.has(failed.number));
  if (complains)
    return unexpectedHeader(
      where,
      (bytes) =>
        HTTP_400.test(bytes.toString('latin1')) || (looksLikeTls(bytes) && bytes[0] === TLS_ALERT_RECORD),
      context,
    );
  if (failed.status !== 'closed' || receivedBytes > 0) return undefined;
  const hello = clientHello('TLSv1.2', servername, Buffer.from(context.randomHex(32), 'hex'));
  // An alert may be about the header.
  const isHello = (bytes: Buffer): boolean => looksLikeTls(bytes) && bytes[0] === TLS_HANDSHAKE_RECORD;
  return expectedHeader(where, hello, isHello, context);
}

/** What nginx and others answer to plain HTTP, or to what they read as HTTP, on a TLS port. */
const HTTP_400 = /^HTTP\/1\.[01] 400\b/;

/** The outcome of a handshake, with what the bytes show that OpenSSL read and does not report. */
async function reconsidered(
  outcome: HandshakeOutcome,
  again: boolean,
  { remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>,
  options: HandshakeOptions,
  context: ProbeContext,
): Promise<HandshakeOutcome> {
  const { result, ms } = outcome;
  const { handshake: failed, servername, receivedBytes = 0 } = result;
  const isPuzzle =
    (failed.status === 'failed' && MAY_BE_NOT_TLS.test(failed.code)) ||
    (failed.status === 'closed' && receivedBytes > 0);
  if (!isPuzzle) return outcome;

  // OpenSSL does not report the bytes that it could not read: asking the same question again shows them.
  const left = options.timeoutMs - ms;
  const firstBytes = again
    ? await firstBytesToHello(remoteAddress ?? '', remotePort ?? 0, servername, left, context)
    : undefined;
  const seen = reconsider(failed, receivedBytes, firstBytes);
  return seen ? { result: { ...result, handshake: seen }, ms } : outcome;
}

/** Failures that a wider offer might fix. */
function mayBeRefusal(failed: Handshake): boolean {
  switch (failed.status) {
    case 'alert':
      return REFUSING_ALERTS.has(failed.number);
    case 'failed':
      return !MAY_BE_NOT_TLS.test(failed.code);
    case 'closed':
      return true;
    default:
      return false;
  }
}

/**
 * The same question again, with all that OpenSSL supports. Its result counts when it explains why browsers are
 * refused; a server that closes every second connection must not pass because of the second one.
 */
async function offerAll(
  first: HandshakeOutcome,
  { address, port }: { readonly address: string; readonly port: number },
  options: HandshakeOptions,
  context: ProbeContext,
): Promise<HandshakeOutcome> {
  const start = context.clock.monotonic();
  const left = (): number => options.timeoutMs - first.ms - (context.clock.monotonic() - start);
  if (left() <= 0 || address === '') return first;
  const dialled = await context.dial(address, port, { timeoutMs: left() });
  if (!dialled.ok) return first;
  const second = await runHandshake(dialled.socket, { ...options, timeoutMs: left() }, context, {
    offer: 'all',
  });
  const failed = first.result.handshake;
  if (failed.status === 'failed' && failed.code === NO_RFC_5746) {
    return second.socket ? { ...second, result: { ...second.result, noSecureRenegotiation: true } } : first;
  }
  const asBrowser = describeFailure(failed);
  const named = first.result.servername;
  if (second.socket) {
    let result: TlsResult = { ...second.result, asBrowser };
    if (!isExplained(result) && result.protocol === 'TLSv1.2') {
      const flight = await askServerFlight(address, port, named, Math.min(left(), FLIGHT_MS), context);
      const signature = flight?.signature === undefined ? undefined : signatureSchemeName(flight.signature);
      if (signature !== undefined) result = { ...result, handshakeSignature: signature };
    }
    if (failed.status === 'alert' || isExplained(result)) return { ...second, result };
    second.socket.destroy();
    return first;
  }
  if (second.result.handshake.status !== 'failed') return first;
  // OpenSSL itself gave up: a Diffie-Hellman group that it finds too small is the usual reason.
  const flight = await askServerFlight(address, port, named, Math.min(left(), FLIGHT_MS), context);
  if (flight?.keyExchange !== 'DHE') return first;
  const keyExchange = { type: 'DHE' as const, ...(flight.dhBits !== undefined && { bits: flight.dhBits }) };
  return { ...first, result: { ...first.result, keyExchange, asBrowser } };
}

/** Does the table of clients know why browsers refuse this? */
const isExplained = (result: TlsResult): boolean => handshakeProperties(result).length > 0;

function describeFailure(failed: Handshake): string {
  switch (failed.status) {
    case 'alert':
      return `alert ${failed.number} (${failed.name})`;
    case 'closed':
      return failed.by === 'fin' ? 'a closed connection' : 'a reset (RST)';
    case 'failed':
      return failed.code;
    default:
      return failed.status;
  }
}

/** What first bytes show about a failure that OpenSSL gives no better reason for. */
function reconsider(
  failed: Handshake,
  receivedBytes: number,
  firstBytes: Buffer | undefined,
): Handshake | undefined {
  if (firstBytes && !looksLikeTls(firstBytes)) {
    return { status: 'not-tls', firstBytes: printable(firstBytes, 200) };
  }
  if (failed.status === 'failed') {
    return !firstBytes && IS_NOT_TLS.test(failed.code) ? { status: 'not-tls', firstBytes: '' } : undefined;
  }
  // An alert that OpenSSL ignores (a warning, a number it doesn't know), then the end. protocol_version may be
  // the answer to this second ClientHello, which offers no TLS 1.3, and not to the first.
  const answer = firstBytes && receivedBytes <= ALERT_RECORD_BYTES ? readHelloAnswer(firstBytes) : undefined;
  return answer?.status === 'alert' && answer.alert.number !== PROTOCOL_VERSION
    ? { status: 'alert', ...answer.alert }
    : undefined;
}

interface HelloForm {
  readonly offer: Offer;
  /** What arrives passes through our code. */
  readonly overhears?: boolean;
  /** By the post-quantum key where there is one, else by names of protocols. */
  readonly large?: boolean;
}

function runHandshake(
  socket: Socket,
  options: HandshakeOptions,
  context: ProbeContext,
  { offer, overhears = false, large = false }: HelloForm,
): Promise<HandshakeOutcome> {
  const { clock, deadline } = context;
  const withKey = large && offersPostQuantum() && offer !== 'Go';
  const tls = tlsContext(context.trustAnchors, withKey ? `${offer}-post-quantum` : offer);
  const alpn = [...(options.alpn ?? []), ...(large && !withKey ? PADDING : [])];
  const named = serverNameFor(options.servername);
  const start = clock.monotonic();
  const readBefore = socket.bytesRead;
  const writtenBefore = socket.bytesWritten;
  const overheard = overhears && !socket.destroyed ? recordFirstBytes(socket) : undefined;

  return new Promise((resolve) => {
    let staple: Buffer | undefined;
    let settled = false;
    const settle = (): number => {
      settled = true;
      clearTimeout(timer);
      offDeadline(deadline, onRunEnd);
      secure.removeListener('error', onError);
      secure.on('error', ignoreError);
      return roundMs(clock.monotonic() - start);
    };
    const lengthOfHello = () => (overheard === undefined ? {} : { helloBytes: overheard.firstSentBytes() });
    const fail = (outcome: Handshake): void => {
      // Everything that can end a handshake may happen in the same turn of the event loop in which its time runs out.
      if (settled) return;
      const ms = settle();
      const receivedBytes = socket.bytesRead - readBefore;
      const helloBytes = socket.bytesWritten - writtenBefore;
      secure.destroy();
      socket.destroy();
      const sent = receivedBytes === 0 && helloBytes > 0 ? { helloBytes } : {};
      const result: TlsResult = { handshake: outcome, ...named, receivedBytes, ...sent };
      resolve({ result, ms, ...lengthOfHello() });
    };
    const onError = (error: NodeJS.ErrnoException): void => fail(outcomeOf(error));
    const onRunEnd = (): void => fail({ status: 'deadline' });
    /** Before the end of the handshake this makes it fail; later the session ends with an error. */
    const flooded = (code: string, message: string): void => {
      if (settled) secure.destroy(Object.assign(new Error(message), { code }));
      else fail({ status: 'failed', code, message });
    };
    const onSecure = (): void => {
      const ms = settle();
      const isUnsafe =
        overheard !== undefined &&
        secure.getProtocol() !== 'TLSv1.3' &&
        lacksRenegotiationInfo(overheard.received()) === true;
      overheard?.forget();
      const result: TlsResult = {
        handshake: { status: 'complete' },
        ...named,
        ...facts(secure, options, tls, clock.now(), staple),
        ...(staple && { ocspStapledBytes: staple.length }),
        ...(isUnsafe && { noSecureRenegotiation: true }),
      };
      resolve({ result, ms, socket: secure, ...lengthOfHello() });
    };

    const timer = setTimeout(
      deferredTimeout(fail, () => socket.bytesRead),
      Math.max(0, options.timeoutMs),
      { status: 'timeout' } as const,
    );
    // The type knows `requestOCSP` for servers only; Node documents it for clients.
    const connection: ConnectionOptions & { requestOCSP: boolean } = {
      socket: overheard?.stream ?? socket,
      ...named,
      secureContext: tls.secureContext,
      rejectUnauthorized: false,
      requestOCSP: true,
      // Names are judged in readChain, small Diffie-Hellman groups are not judged: neither may end the handshake here.
      checkServerIdentity: () => undefined,
      minDHSize: 1,
      ...(options.alpn && { ALPNProtocols: alpn }),
    };
    const secure = connect(connection);
    // Node builds the whole chain as plain objects for `checkServerIdentity`, which costs as much CPU as a third of
    // the handshake. Our function looks at nothing, so it gets nothing; readChain has what was sent.
    Object.assign(secure, { getPeerCertificate: noCertificate });
    watchFlood(socket, () => flooded('TOO_MANY_BYTES', `more than ${MAX_SOCKET_BYTES} bytes came`));
    // OpenSSL reports each new set of secrets: five lines in a handshake of TLS 1.3, one in each of TLS 1.2.
    let secrets = 0;
    secure.on('keylog', () => {
      secrets += 1;
      if (secrets === MAX_SECRETS)
        flooded('TOO_MANY_HANDSHAKES', 'the server asks for one handshake after the other');
    });
    secure.once('secureConnect', onSecure);
    secure.on('error', onError);
    // Without a staple the event comes with null.
    secure.once('OCSPResponse', (response: Buffer | null) => {
      staple = response ?? undefined;
    });
    onDeadline(deadline, onRunEnd);
    if (deadline.aborted) onRunEnd();
    else if (socket.destroyed)
      fail({ status: 'closed', by: socket.errored ? 'reset' : 'fin', code: 'ECONNRESET' });
  });
}

/** OpenSSL's errors for a record header that is not valid; the second list by itself proves that it isn't TLS. */
const MAY_BE_NOT_TLS =
  /WRONG_VERSION_NUMBER|LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|BAD_RECORD_TYPE|RECORD_LAYER_FAILURE|UNEXPECTED_/;
/** Alerts by which a server may say that nothing in the offer suits it. */
const REFUSING_ALERTS: ReadonlySet<number> = new Set([40, 43, 47, 70, 71, 80, 109]);
const NO_RFC_5746 = 'ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED';
const FLIGHT_MS = 3_000;
/** Lines of the key log of one connection; a server that asks for a certificate later makes one more handshake. */
const MAX_SECRETS = 12;
const ALERT_RECORD_BYTES = 7;
const PROTOCOL_VERSION = 70;
const IS_NOT_TLS = /WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL/;

/** RFC 6066 §3: no address literals, and no trailing dot. */
function serverNameFor(name: string | undefined): { servername?: string } {
  if (name === undefined || isIP(name)) return {};
  return { servername: name.endsWith('.') ? name.slice(0, -1) : name };
}

function outcomeOf(error: NodeJS.ErrnoException): Handshake {
  const alert = tlsAlertOf(error);
  if (alert) return { status: 'alert', ...alert };
  const code = error.code ?? error.name;
  switch (code) {
    case 'ECONNRESET':
      // Node reports a FIN as an error of its own, without a system call: "disconnected before secure TLS connection".
      return { status: 'closed', by: error.syscall === undefined ? 'fin' : 'reset', code };
    case 'EPIPE':
    case 'ECONNABORTED':
      return { status: 'closed', by: 'reset', code };
    case 'ETIMEDOUT':
      return { status: 'timeout' };
    default:
      return { status: 'failed', code: printable(code, 100), message: printable(error.message, 300) };
  }
}

function facts(
  secure: TLSSocket,
  options: HandshakeOptions,
  tls: TlsContext,
  now: number,
  staple: Buffer | undefined,
): Omit<TlsResult, 'handshake'> {
  const { authorizationError } = secure;
  // Typed as Error, but really OpenSSL's code as text; null or absent when the chain was accepted.
  const verifyError = authorizationError ? String(authorizationError) : undefined;
  const alpn = secure.alpnProtocol;
  return {
    protocol: secure.getProtocol() ?? 'unknown',
    cipher: secure.getCipher().standardName,
    keyExchange: keyExchangeOf(secure),
    ...(alpn && { alpn: printable(alpn, 100) }),
    ...readChain(secure, options.host, tls.anchors, verifyError, now, staple, options.onChain),
  };
}

/**
 * For a key that was sent under the server's own, Node 20 gives an empty object and Node 24 one whose members are
 * undefined; on the server's side null.
 */
function keyExchangeOf(secure: TLSSocket): NonNullable<TlsResult['keyExchange']> {
  const info = secure.getEphemeralKeyInfo();
  if (!info || !('type' in info) || info.type === undefined) return { type: 'RSA' };
  if (info.type === 'DH') return { type: 'DHE', bits: info.size };
  // A hybrid of ECDHE and ML-KEM has no size.
  return { type: 'ECDHE', group: info.name, ...(info.size !== undefined && { bits: info.size }) };
}

const noCertificate = () => ({});

function ignoreError(): void {}
