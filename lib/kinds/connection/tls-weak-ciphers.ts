/** Which weak cipher suites a server still accepts, found out on few separate connections. */
import type { ProbeSpec } from '../../model/plan.ts';
import type { ProbeContext } from '../contract/probe.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { clientHello, type OldVersion } from './client-hello.ts';
import { type AcceptedProtocols, type HelloOptions, helloOnNewConnection } from './tls-accepted-protocols.ts';
import { WEAK_SUITES, WEAKNESSES, type Weakness } from './weak-suites.ts';

/** Connections at most: a server that refuses costs one, and one that accepts says one weakness on each. */
export const MOST_CONNECTIONS = 3;

/** What the connections showed; empty when they showed nothing: no connection, silence, no TLS. */
export type AcceptedWeakCiphers = Pick<TlsResult, 'weakCiphers'>;

/**
 * Whether to ask, once it is known which protocols the server accepts: where the user wants to know, and at a web server that still
 * accepts a TLS older than 1.2, since such a one is rarely set up with care. Not at one that must not be reachable, nor where the main
 * handshake failed, for which another cause has the reason, nor at a server of TLS 1.3 alone, which has no such suites.
 */
export function asksWeakCiphers(
  { weakCiphers, expect }: Pick<ProbeSpec, 'weakCiphers' | 'expect'>,
  { handshake }: TlsResult,
  { oldestProtocol }: AcceptedProtocols,
  whom: 'web' | 'mail',
): boolean {
  if (expect === 'closed' || handshake.status !== 'complete' || oldestProtocol === 'TLSv1.3') return false;
  return weakCiphers === true || (whom === 'web' && OLD.includes(oldestProtocol ?? ''));
}

const OLD: readonly string[] = ['SSLv3', 'TLSv1', 'TLSv1.1'];

/**
 * Offers weak suites and nothing else, worst first, in TLS 1.2 and below. A server that chooses one is
 * asked again without all of the same weakness, until it refuses. The ServerHello is proof enough: the connection is dropped there.
 *
 * @param options `newest` is the newest version that is offered; `timeoutMs` bounds all connections together
 */
export async function acceptedWeakCiphers(
  address: string,
  port: number,
  options: HelloOptions & { readonly newest: OldVersion },
  context: ProbeContext,
): Promise<AcceptedWeakCiphers> {
  const until = context.clock.monotonic() + options.timeoutMs;
  const chosen = new Map<Weakness, string>();
  const found = (complete: boolean): AcceptedWeakCiphers => ({
    weakCiphers: { accepted: WEAKNESSES.flatMap((weakness) => chosen.get(weakness) ?? []), complete },
  });
  for (let number = 1; number <= MOST_CONNECTIONS; number += 1) {
    const offered = WEAKNESSES.filter((weakness) => !chosen.has(weakness)).flatMap((weakness) =>
      WEAK_SUITES[weakness].map((suite) => ({ weakness, ...suite })),
    );
    const hello = clientHello(options.newest, options.servername, Buffer.from(context.randomHex(32), 'hex'), {
      suites: offered.map((suite) => suite.number),
    });
    const answer = await helloOnNewConnection(address, port, hello, chosenSuite, until, context);
    if (answer?.status === 'alert' || answer?.status === 'closed') return found(true);
    const suite = answer?.status === 'suite' && offered.find((each) => each.number === answer.suite);
    if (!suite) break;
    chosen.set(suite.weakness, suite.name);
  }
  return chosen.size === 0 ? {} : found(false);
}

const ALERT = 21;
const HANDSHAKE = 22;
const SERVER_HELLO = 2;
/** Of an alert: record head, level, number. */
const ALERT_BYTES = 7;
/** Where the length of the session id stands: behind the heads of record and message, version and random (RFC 5246 §7.4.1.3). */
const SESSION_AT = 5 + 4 + 2 + 32;

type SuiteAnswer =
  | { readonly status: 'alert' | 'other' }
  | { readonly status: 'suite'; readonly suite: number };

/** What a server answers; `undefined` while there are too few bytes. */
function chosenSuite(bytes: Buffer): SuiteAnswer | undefined {
  if (bytes.length === 0) return undefined;
  if (bytes[0] === ALERT) return bytes.length < ALERT_BYTES ? undefined : { status: 'alert' };
  if (bytes[0] !== HANDSHAKE) return { status: 'other' };
  const message = bytes[5];
  if (message !== undefined && message !== SERVER_HELLO) return { status: 'other' };
  const session = bytes[SESSION_AT];
  if (session === undefined || bytes.length < SESSION_AT + 1 + session + 2) return undefined;
  return { status: 'suite', suite: bytes.readUInt16BE(SESSION_AT + 1 + session) };
}
