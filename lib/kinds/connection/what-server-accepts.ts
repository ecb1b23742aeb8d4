/** What a server accepts beside what the main handshake came to, asked on separate connections, one after the other. */
import type { ProbeSpec } from '../../model/plan.ts';
import type { ProbeContext } from '../contract/probe.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import type { OldVersion } from './client-hello.ts';
import {
  type AcceptedProtocols,
  acceptedProtocols,
  asksAcceptedProtocols,
} from './tls-accepted-protocols.ts';
import { type AcceptedWeakCiphers, acceptedWeakCiphers, asksWeakCiphers } from './tls-weak-ciphers.ts';

export type Accepted = AcceptedProtocols & AcceptedWeakCiphers;

/**
 * The oldest protocol and the weak suites, each where `spec` asks for it; empty where neither is asked for or was found out.
 *
 * @param timeoutMs of all connections together
 * @param whom a mail server is asked for weak suites only where the user wants it
 */
export async function whatServerAccepts(
  spec: ProbeSpec,
  tls: TlsResult,
  timeoutMs: number,
  context: ProbeContext,
  whom: 'web' | 'mail' = 'web',
): Promise<Accepted> {
  const { address, port } = spec;
  const until = context.clock.monotonic() + timeoutMs;
  const { servername, protocol } = tls;
  const named = servername === undefined ? {} : { servername };
  const protocols = asksAcceptedProtocols(spec, tls)
    ? await acceptedProtocols(
        address,
        port,
        { ...named, timeoutMs, ...(protocol !== undefined && { negotiated: protocol }) },
        context,
      )
    : {};
  if (!asksWeakCiphers(spec, tls, protocols, whom)) return protocols;
  const weak = await acceptedWeakCiphers(
    address,
    port,
    { ...named, timeoutMs: until - context.clock.monotonic(), newest: newestOffer(protocol) },
    context,
  );
  return { ...protocols, ...weak };
}

/** A very old server refuses an offer that is too new; it is offered what the main handshake came to. */
const newestOffer = (negotiated: string | undefined): OldVersion =>
  negotiated === 'TLSv1' || negotiated === 'TLSv1.1' ? negotiated : 'TLSv1.2';
