/** How a webhook's connection is made: resolved, judged, dialled and verified by us, whatever the HTTP client thinks. */
import { isIP, type Socket } from 'node:net';
import { rootCertificates, connect as startTls } from 'node:tls';
import type { buildConnector } from 'undici';
import type { DnsResult } from '../model/observation.ts';
import type { AddressGuard, GuardedDial, Resolver } from '../probe/probe.ts';

export interface WebhookNetwork {
  readonly guard: AddressGuard;
  readonly dial: GuardedDial;
  readonly resolver: Pick<Resolver, 'addresses'>;
  /** PEM, beside Node's own roots. */
  readonly trustAnchors: readonly string[];
}

/** No connection came about. `passing`: another try may succeed. The message holds nothing of the URL. */
export class NotConnected extends Error {
  readonly passing: boolean;
  constructor(message: string, passing: boolean) {
    super(message);
    this.name = 'NotConnected';
    this.passing = passing;
  }
}

/** Addresses of one name that are tried. */
const MAX_ADDRESSES = 4;
/** OpenSSL's words for a certificate that is not the host's: they don't pass by themselves. */
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|CRL_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE/;

/** @param timeoutMs for each dial and for the handshake */
export function guardedConnector(network: WebhookNetwork, timeoutMs: number): buildConnector.connector {
  return (options, callback) => {
    connect(network, options, timeoutMs).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}

async function connect(
  network: WebhookNetwork,
  { hostname, port, protocol }: buildConnector.Options,
  timeoutMs: number,
): Promise<Socket> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'https:';
  const number = Number(port === '' ? (secure ? 443 : 80) : port);
  const found = await network.resolver.addresses(host, number);
  const addresses = found.addresses.map(({ address }) => address).slice(0, MAX_ADDRESSES);
  if (addresses.length === 0) throw unresolved(found);
  // A name that leads inside with one of its addresses is not dialled at any: it is no mistake of an honest one.
  for (const address of addresses) {
    const range = network.guard(address);
    if (range !== undefined)
      throw new NotConnected(`its address is not one of the internet (${range})`, false);
  }
  let reason = '';
  for (const address of addresses) {
    const dialled = await network.dial(address, number, { timeoutMs });
    if (dialled.ok)
      return secure ? encrypted(dialled.socket, host, network.trustAnchors, timeoutMs) : dialled.socket;
    reason = dialled.result.status;
  }
  throw new NotConnected(`no connection (${reason})`, reason !== 'refused-by-guard');
}

/** A name that does not exist may be a registration that is too young, or a zone that is broken for an hour. */
function unresolved({ answers }: DnsResult): NotConnected {
  const codes = answers.filter(({ type }) => type !== 'CNAME').map(({ code }) => code);
  return new NotConnected(`its name has no address (${[...new Set(codes)].join(', ') || 'no answer'})`, true);
}

function encrypted(
  socket: Socket,
  host: string,
  trustAnchors: readonly string[],
  timeoutMs: number,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const secured = startTls({
      socket,
      // Names the host in the certificate; an address is not sent as a server name (RFC 6066 §3).
      host,
      ...(isIP(host) === 0 && { servername: host }),
      ...(trustAnchors.length > 0 && { ca: [...rootCertificates, ...trustAnchors] }),
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
    });
    const fail = (error: NotConnected): void => {
      clearTimeout(timer);
      secured.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new NotConnected('no TLS handshake in time', true)), timeoutMs);
    // Stays: a late reset must not end the process for want of a listener. The client adds its own.
    secured.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.name;
      const untrusted = CERTIFICATE.test(code);
      fail(
        new NotConnected(
          `${untrusted ? 'its certificate is not valid for it' : 'TLS failed'} (${code})`,
          !untrusted,
        ),
      );
    });
    secured.once('close', () => fail(new NotConnected('closed during the TLS handshake', true)));
    secured.once('secureConnect', () => {
      clearTimeout(timer);
      secured.removeAllListeners('close');
      resolve(secured);
    });
  });
}
