import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ProbeSpec } from '../../model/plan.ts';
import { offDeadline, onDeadline } from '../../net/deadline.ts';
import { deferredTimeout } from '../../net/deferred-timeout.ts';
import { isIP } from '../../net/ip.ts';
import { type Opening, openConnection } from '../connection/opening.ts';
import { askRevocation, asksRevocation } from '../connection/revocation.ts';
import { tlsAlertOf } from '../connection/tls-alerts.ts';
import { describeAccepted, describeClientHello, describeTls } from '../connection/tls-evidence.ts';
import { type HandshakeOptions, handshake } from '../connection/tls-handshake.ts';
import { whatServerAccepts } from '../connection/what-server-accepts.ts';
import type { Probe, ProbeContext } from '../contract/probe.ts';
import { fetchWhole } from '../http/measure/fetch-whole.ts';
import type { TlsObservation } from './observation.ts';

/** Web ports: there clients offer HTTP/2 by ALPN; elsewhere a server may refuse it (RFC 7301 §3.2). */
const WEB_PORTS: ReadonlySet<number> = new Set([443, 8443]);
const WEB_PROTOCOLS = ['h2', 'http/1.1'] as const;
/**
 * How long a TLS 1.3 server may take after our Finished to refuse it, beyond a handshake's time; ms. Generous, because
 * a missed refusal would give a wrong pass, and only for a server that asks for a certificate, accepts none and sends no
 * session ticket either is the wait useless.
 */
const AFTERWORD_MS = 1_500;

/** Makes a handshake, reads the certificates as sent, and finds out the oldest protocol accepted if that is asked for. */
export const probeTls: Probe<TlsObservation> = async (spec, context) => {
  const opening = await openConnection(spec, context);
  const { facts, socket, connectMs } = opening;
  if (socket === undefined) {
    return { kind: 'tls', ...facts, timings: { connect: connectMs, total: opening.elapsed() } };
  }
  const { result, ms } = await shake(socket, spec, opening, context);
  const accepted = await whatServerAccepts(spec, result, opening.remaining(), context);
  const revocation = asksRevocation(spec, result)
    ? await askRevocation(result, opening.remaining(), context, fetchWhole)
    : {};
  for (const line of describeAccepted(accepted)) opening.exchange.event(line);
  return {
    kind: 'tls',
    ...facts,
    tls: { ...result, ...accepted, ...revocation },
    timings: { connect: connectMs, tls: ms, total: opening.elapsed() },
  };
};

const serverName = (host: string): { servername?: string } => (isIP(host) ? {} : { servername: host });

async function shake(socket: Socket, spec: ProbeSpec, opening: Opening, context: ProbeContext) {
  const { exchange } = opening;
  const options: HandshakeOptions = {
    host: spec.host,
    ...serverName(spec.host),
    timeoutMs: opening.remaining(),
    ...(WEB_PORTS.has(spec.port) && { alpn: WEB_PROTOCOLS }),
  };
  exchange.sent(describeClientHello(options));
  const outcome = await handshake(socket, options, context);
  const { ms } = outcome;
  let { result } = outcome;
  exchange.received(describeTls(result));
  if (outcome.socket) {
    if (result.protocol === 'TLSv1.3' && asksForClientCertificate(outcome.socket)) {
      const timeoutMs = Math.min(opening.remaining(), ms + AFTERWORD_MS);
      const alert = await alertAfterHandshake(outcome.socket, timeoutMs, context.deadline);
      if (alert) {
        result = { ...result, handshake: { status: 'alert', ...alert } };
        exchange.received(`alert ${alert.number} ${alert.name}`);
      }
    }
    // Not `destroy`: that would drop our Finished, and the server's log would show each check as a broken handshake.
    outcome.socket.destroySoon();
  }
  return { result, ms };
}

/**
 * Signature algorithms are shared with a client only by a CertificateRequest, which must list them (RFC 8446 §4.3.2);
 * Node shows it in no simpler way. Only then is there something to wait for after the handshake, which costs a round trip and the
 * reading of session tickets.
 */
const asksForClientCertificate = (socket: TLSSocket): boolean => socket.getSharedSigalgs().length > 0;

/**
 * In TLS 1.3 the client has finished before the server has read its Finished: a server that requires a client certificate
 * says so only now (RFC 8446 §4.4.2.4, alert 116). A session ticket, data or the end shows that it accepts the client, and so
 * does silence.
 */
function alertAfterHandshake(socket: TLSSocket, patienceMs: number, deadline: AbortSignal) {
  return new Promise<ReturnType<typeof tlsAlertOf>>((resolve) => {
    const content = (): void => finish(undefined);
    const onError = (error: Error): void => finish(tlsAlertOf(error));
    const finish = (alert: ReturnType<typeof tlsAlertOf>): void => {
      clearTimeout(timer);
      offDeadline(deadline, content);
      socket.removeListener('error', onError);
      for (const event of CONTENT) socket.removeListener(event, content);
      resolve(alert);
    };
    const timer = setTimeout(
      deferredTimeout(content, () => socket.bytesRead),
      patienceMs,
    );
    onDeadline(deadline, content);
    socket.on('error', onError);
    for (const event of CONTENT) socket.on(event, content);
  });
}

const CONTENT = ['session', 'data', 'end', 'close'] as const;
