/** What the bytes of an observation prove about who is at the other end, whatever the diagnosis calls it. */
import type { HttpHop, Observation, TlsResult } from '../model/observation.ts';

const tlsBytes = (tls: TlsResult | undefined): boolean => {
  switch (tls?.handshake.status) {
    case undefined:
    case 'timeout':
    case 'closed':
    case 'deadline':
      return false;
    case 'complete':
    case 'alert':
    case 'not-tls':
    case 'failed':
      return true;
  }
};

const hopBytes = (hop: HttpHop | undefined): boolean => {
  if (hop === undefined) return false;
  switch (hop.outcome.status) {
    case 'answered':
    case 'not-http':
    case 'too-large':
      return true;
    case 'no-response':
    case 'not-reached':
    case 'deadline':
      return tlsBytes(hop.tls);
    default:
      return hop.outcome satisfies never;
  }
};

/**
 * Did the peer send at least one byte? A completed TCP handshake is none: SYN proxies complete it for dead servers.
 * Of a redirect chain only the first hop is the endpoint itself.
 */
export function peerAnswered(observation: Observation): boolean {
  switch (observation.kind) {
    case 'dns':
      return observation.dns.answers.some(({ code }) => code === 'NOERROR');
    case 'tcp':
      return (observation.read?.bytes ?? 0) > 0;
    case 'tls':
      return tlsBytes(observation.tls);
    case 'http':
    case 'https':
      return hopBytes(observation.http?.hops[0]);
    case 'smtp':
    case 'smtps': {
      const { smtp } = observation;
      if (smtp === undefined) return false;
      const words = [smtp.banner, smtp.notSmtp, smtp.unfinished, smtp.tooLarge];
      return words.some((word) => word !== undefined) || tlsBytes(smtp.tls);
    }
    case 'ssh':
      return (observation.ssh?.read.bytes ?? 0) > 0;
    case 'ntp':
      return observation.ntp !== undefined;
    default:
      return observation satisfies never;
  }
}

/** The TLS session with the endpoint itself, if one was tried. */
export function tlsOf(observation: Observation): TlsResult | undefined {
  switch (observation.kind) {
    case 'tls':
      return observation.tls;
    case 'http':
    case 'https':
      return observation.http?.hops[0]?.tls;
    case 'smtp':
    case 'smtps':
      return observation.smtp?.tls;
    case 'dns':
    case 'tcp':
    case 'ssh':
    case 'ntp':
      return undefined;
    default:
      return observation satisfies never;
  }
}

/**
 * Did the peer prove that it holds the key of a certificate for the host, issued by a trusted root? A proxy that answers
 * for everyone can't, so this is the one proof that counts from a network whose negative control connected.
 */
export function peerIsAuthentic(observation: Observation): boolean {
  const tls = tlsOf(observation);
  return (
    tls?.handshake.status === 'complete' && tls.trust?.status === 'anchored' && tls.nameMatch?.ok === true
  );
}
