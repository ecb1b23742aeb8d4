import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsObservation, TlsResult } from '../model/observation.ts';
import type { ProbeSpec } from '../model/plan.ts';
import { offDeadline, onDeadline } from '../net/deadline.ts';
import { type Opening, openConnection } from './opening.ts';
import type { Probe, ProbeContext } from './probe.ts';
import { tlsAlertOf } from './tls-alerts.ts';
import { describeClientHello, describeTlsResult } from './tls-evidence.ts';
import { type HandshakeOptions, handshake, oldestProtocol } from './tls-handshake.ts';

/** Web ports: there an offer of HTTP/2 by ALPN belongs to what clients do; elsewhere a server may refuse it (RFC 7301 §3.2). */
const WEB_PORTS: ReadonlySet<number> = new Set([443, 8443]);
const WEB_PROTOCOLS = ['h2', 'http/1.1'] as const;
/**
 * How long a TLS 1.3 server may take after our Finished to refuse it, beyond a handshake's time; ms. Generous, because
 * a refusal that is missed is false calm, and only a server that asks for a certificate, accepts none and sends no
 * session ticket either is waited for in vain.
 */
const AFTERWORD_MS = 1_500;

/** Shakes hands, reads the certificates as sent, and learns the oldest protocol accepted if that is asked for. */
export const probeTls: Probe<TlsObservation> = async (spec, context) => {
  const opening = await openConnection(spec, context);
  const { facts, socket, connectMs } = opening;
  if (socket === undefined) {
    return { kind: 'tls', ...facts, timings: { connect: connectMs, total: opening.elapsed() } };
  }
  const { result, ms } = await shake(socket, spec, opening, context);
  const oldest = asksOldest(spec, result)
    ? await oldestProtocol(
        spec.address,
        spec.port,
        {
          ...serverName(spec.host),
          timeoutMs: opening.remaining(),
          ...(result.protocol !== undefined && { negotiated: result.protocol }),
        },
        context,
      )
    : undefined;
  if (oldest !== undefined)
    opening.exchange.event(`the oldest protocol accepted is ${oldest} (separate connections)`);
  return {
    kind: 'tls',
    ...facts,
    tls: oldest === undefined ? result : { ...result, oldestProtocol: oldest },
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
  exchange.received(describeTlsResult(result));
  if (outcome.socket) {
    if (result.protocol === 'TLSv1.3' && asksForClientCertificate(outcome.socket)) {
      const patience = Math.min(opening.remaining(), ms + AFTERWORD_MS);
      const alert = await afterword(outcome.socket, patience, context.deadline);
      if (alert) {
        result = { ...result, handshake: { status: 'alert', ...alert } };
        exchange.received(`alert ${alert.number} ${alert.name}`);
      }
    }
    // Not `destroy`: that would drop our Finished, and each check would stand in the server's log as a broken handshake.
    outcome.socket.destroySoon();
  }
  return { result, ms };
}

/**
 * Signature algorithms are shared with a client only by a CertificateRequest, which must list them (RFC 8446 §4.3.2);
 * Node has no plainer word for it. Only then is there an afterword to wait for, which costs a round trip and the
 * reading of session tickets.
 */
const asksForClientCertificate = (socket: TLSSocket): boolean => socket.getSharedSigalgs().length > 0;

/**
 * In TLS 1.3 the client is done before the server has read its Finished: a server that demands a client certificate
 * says so only now (RFC 8446 §4.4.2.4, alert 116). A session ticket, data or the end says that it is content, and so
 * does silence.
 */
function afterword(socket: TLSSocket, patienceMs: number, deadline: AbortSignal) {
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
    const timer = setTimeout(content, patienceMs);
    onDeadline(deadline, content);
    socket.on('error', onError);
    for (const event of CONTENT) socket.on(event, content);
  });
}

const CONTENT = ['session', 'data', 'end', 'close'] as const;

/** A server that gave no TLS answer at all is not asked again; an alert may be its answer to our versions. */
function asksOldest(spec: ProbeSpec, { handshake: { status } }: TlsResult): boolean {
  if (spec.oldProtocols !== true || spec.expect === 'closed') return false;
  return status === 'complete' || status === 'alert' || status === 'failed';
}
