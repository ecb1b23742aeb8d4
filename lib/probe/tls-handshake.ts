/** A TLS handshake on a connected socket, told phase by phase and with the certificates as they were sent. */
import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { TlsResult } from '../model/observation.ts';
import { roundMs } from '../net/clock.ts';
import { offDeadline, onDeadline } from '../net/deadline.ts';
import { printable } from '../net/printable.ts';
import { readHelloAnswer } from './client-hello.ts';
import { firstBytesToHello, looksLikeTls } from './first-bytes.ts';
import type { ProbeContext } from './probe.ts';
import { tlsAlertOf } from './tls-alerts.ts';
import { readChain } from './tls-chain.ts';
import { type TlsContext, tlsContext } from './tls-context.ts';

export { type OldestProtocolOptions, oldestProtocol, type WrapConnection } from './tls-oldest-protocol.ts';

export interface HandshakeOptions {
  /** Name for SNI; one that is an IP literal is not sent (RFC 6066 §3). */
  readonly servername?: string;
  /** Name or address that the certificate must cover. */
  readonly host: string;
  /** Milliseconds from ClientHello to the end of the handshake. */
  readonly timeoutMs: number;
  /** Protocols offered by ALPN, best first. */
  readonly alpn?: readonly string[];
}

export interface HandshakeOutcome {
  readonly result: TlsResult;
  /** From ClientHello to the end of the handshake, or to its failure, ms. */
  readonly ms: number;
  /**
   * Ready to use, only when the handshake completed. Has an error listener, so that it can't end the process. Its
   * certificates are in the result; `getPeerCertificate` gives nothing.
   */
  readonly socket?: TLSSocket;
}

type Handshake = TlsResult['handshake'];

/**
 * Shakes hands as a client. Never rejects; certificates never make it fail, they are judged in the result. The socket
 * must be connected and is closed when the handshake fails.
 */
export async function handshake(
  socket: Socket,
  options: HandshakeOptions,
  context: ProbeContext,
): Promise<HandshakeOutcome> {
  const { remoteAddress, remotePort } = socket;
  // Only a connection that begins with TLS can be made again to look at what came back; STARTTLS has a past.
  const again = socket.bytesRead === 0 && socket.bytesWritten === 0;
  const outcome = await shakeHands(socket, options, context);
  const { result, ms } = outcome;
  const { handshake: failed, servername, receivedBytes = 0 } = result;
  const isPuzzle =
    (failed.status === 'failed' && MAY_BE_NOT_TLS.test(failed.code)) ||
    (failed.status === 'closed' && receivedBytes > 0);
  if (!isPuzzle) return outcome;

  // OpenSSL swallowed the bytes that it could make nothing of: the same question asked again shows them.
  const left = options.timeoutMs - ms;
  const firstBytes = again
    ? await firstBytesToHello(remoteAddress ?? '', remotePort ?? 0, servername, left, context)
    : undefined;
  const seen = reconsider(failed, receivedBytes, firstBytes);
  return seen ? { result: { ...result, handshake: seen }, ms } : outcome;
}

/** What first bytes tell of a failure that OpenSSL found no better word for. */
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
  // An alert that OpenSSL passes over (a warning, a number it doesn't know), then the end. protocol_version may be
  // the answer to this second ClientHello, which offers no TLS 1.3, and not to the first.
  const answer = firstBytes && receivedBytes <= ALERT_RECORD_BYTES ? readHelloAnswer(firstBytes) : undefined;
  return answer?.status === 'alert' && answer.alert.number !== PROTOCOL_VERSION
    ? { status: 'alert', ...answer.alert }
    : undefined;
}

function shakeHands(
  socket: Socket,
  options: HandshakeOptions,
  context: ProbeContext,
): Promise<HandshakeOutcome> {
  const { clock, deadline } = context;
  const tls = tlsContext(context.trustAnchors);
  const named = serverNameFor(options.servername);
  const start = clock.monotonic();
  const readBefore = socket.bytesRead;

  return new Promise((resolve) => {
    let ocspStapledBytes: number | undefined;
    const settle = (): number => {
      clearTimeout(timer);
      offDeadline(deadline, onRunEnd);
      secure.removeListener('error', onError);
      secure.on('error', ignoreError);
      return roundMs(clock.monotonic() - start);
    };
    const fail = (outcome: Handshake): void => {
      const ms = settle();
      const receivedBytes = socket.bytesRead - readBefore;
      secure.destroy();
      socket.destroy();
      resolve({ result: { handshake: outcome, ...named, receivedBytes }, ms });
    };
    const onError = (error: NodeJS.ErrnoException): void => fail(outcomeOf(error));
    const onRunEnd = (): void => fail({ status: 'deadline' });
    const onSecure = (): void => {
      const ms = settle();
      const result: TlsResult = {
        handshake: { status: 'complete' },
        ...named,
        ...facts(secure, options, tls),
        ...(ocspStapledBytes !== undefined && { ocspStapledBytes }),
      };
      resolve({ result, ms, socket: secure });
    };

    const timer = setTimeout(() => fail({ status: 'timeout' }), Math.max(0, options.timeoutMs));
    // The type knows `requestOCSP` for servers only; Node documents it for clients.
    const connection: ConnectionOptions & { requestOCSP: boolean } = {
      socket,
      ...named,
      secureContext: tls.secureContext,
      rejectUnauthorized: false,
      requestOCSP: true,
      // Names are judged in readChain, small Diffie-Hellman groups by nobody: neither may end the handshake here.
      checkServerIdentity: () => undefined,
      minDHSize: 1,
      ...(options.alpn && { ALPNProtocols: [...options.alpn] }),
    };
    const secure = connect(connection);
    // Node builds the whole chain as plain objects for `checkServerIdentity`, which costs as much CPU as a third of
    // the handshake. Ours looks at nothing, so it is given nothing; readChain has what was sent.
    Object.assign(secure, { getPeerCertificate: noCertificate });
    secure.once('secureConnect', onSecure);
    secure.on('error', onError);
    // Without a staple the event comes with null.
    secure.once('OCSPResponse', (response: Buffer | null) => {
      ocspStapledBytes = response?.length;
    });
    onDeadline(deadline, onRunEnd);
    if (deadline.aborted) onRunEnd();
    else if (socket.destroyed)
      fail({ status: 'closed', by: socket.errored ? 'reset' : 'fin', code: 'ECONNRESET' });
  });
}

/** OpenSSL's ways to say that a record's header is none; the second list by itself proves that it isn't TLS. */
const MAY_BE_NOT_TLS =
  /WRONG_VERSION_NUMBER|LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|BAD_RECORD_TYPE|RECORD_LAYER_FAILURE|UNEXPECTED_/;
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
      // Node makes an error of its own of a FIN, without a system call: "disconnected before secure TLS connection".
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

function facts(secure: TLSSocket, options: HandshakeOptions, tls: TlsContext): Omit<TlsResult, 'handshake'> {
  const { authorizationError } = secure;
  // Typed as Error, in truth OpenSSL's code as text; null or absent when the chain was accepted.
  const verifyError = authorizationError ? String(authorizationError) : undefined;
  const alpn = secure.alpnProtocol;
  return {
    protocol: secure.getProtocol() ?? 'unknown',
    cipher: secure.getCipher().standardName,
    ...(alpn && { alpn: printable(alpn, 100) }),
    ...readChain(secure, options.host, tls.anchors, verifyError),
  };
}

const noCertificate = () => ({});

function ignoreError(): void {}
