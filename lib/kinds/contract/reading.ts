import type { ConnectResult } from '../../model/observed.ts';
import type { ProbeSpec } from '../../model/plan.ts';
import type { Family } from '../../model/vocabulary.ts';
import type { AddressScope } from '../../net/guard.ts';
import type { CommonFields } from './common-observation.ts';
import type { TlsResult } from './tls-result.ts';

/** What a silence is about: the control must be of the same port, family and transport. */
export type Silence = Pick<ProbeSpec, 'port'> & {
  readonly family: Family;
  readonly transport: 'tcp' | 'udp';
  readonly scope: AddressScope;
};

/** Something that distinguishes the server that answers from another one, in words that are shown. */
export interface ServerMark {
  readonly what: string;
  readonly value: string;
  /** Two servers of one pool never differ in it. */
  readonly alone?: true;
}

/** What measuring and judging need to know about an observation of a kind, whatever its diagnosis says. All pure. */
export interface ObservationReading<O> {
  /** Did the peer send at least one byte? A completed TCP handshake does not count: SYN proxies complete it for servers that are down. */
  peerAnswered(observation: O): boolean;
  /** The TLS session with the endpoint itself, if one was tried. */
  tls(observation: O): TlsResult | undefined;
  /** Addresses that were dialled, or would have been. */
  dialled(observation: O): string[];
  /** Connects that got no answer: the endpoint’s own, and those of its redirects. */
  silences(observation: O): Silence[];
  /** Did nothing at all come back, so that one more try may show more? */
  wasSilent(observation: O): boolean;
  /**
   * Was a handshake completed without the kind's protocol having answered? A network that answers in place of every address completes
   * handshakes too, so what follows from one waits for the negative control. A refused connect needs no such proof.
   */
  restsOnConnect(observation: O): boolean;
  /** May the same be tried again immediately? What the guard refused stays refused, and some peers must not be connected to again. */
  mayRepeat(observation: O): boolean;
  /**
   * Does what was seen say that something did not come in time, that it came slowly, or that the peer gave up waiting? All
   * of that may be caused by this prober where it was late itself.
   */
  restsOnTime(observation: O): boolean;
  /** Did the peer prove who it is, by other means than a certificate? Absent: the kind knows none. */
  proven?(observation: O): boolean;
  /** What identifies the server that answered at this address; empty where its protocol shows nothing. */
  marks(observation: O): ServerMark[];
  /** Takes the place of an observation that could not be made. */
  unmeasured(common: CommonFields, connect: ConnectResult): O;
}
