import type { Assertions } from '../../model/endpoint.ts';
import type { ListenerSpeech } from '../../model/vocabulary.ts';

/** How a URI of the kind is written after `kind://`. */
export type UriForm =
  /** Only `host[:port]`. */
  | 'host'
  /** `host[:port]/path?query`. */
  | 'path'
  /** `host:port[?send=TEXT]`: bytes to send to a peer that waits for its client. */
  | 'send'
  /** `name`, or `server[:port]/name` (RFC 4501 §3): what is asked, not what is dialled. */
  | 'question';

/** What the rest of the program has to know of a kind. Plain data: no function, no class. */
export interface KindDescriptor {
  /** The protocol's name as people write it. */
  readonly title: string;
  readonly transport: 'tcp' | 'udp';
  /** Port of a URI that names none. Absent: the URI must name one, since the protocol says nothing about the service. */
  readonly defaultPort?: number;
  /** Budget of one probe of one address in ms, when the user names none. */
  readonly timeoutMs: number;
  readonly uri: UriForm;
  /** Scheme under which a browser opens it; absent: no page can ask for it. */
  readonly browsed?: 'http:' | 'https:';
  /** False: it asks a question about the host and dials none of the host's addresses. */
  readonly dialsHost: boolean;
  /**
   * It dials addresses that it finds itself. Each of them waits for its turn and for room in the run, and the probe takes no room
   * meanwhile.
   */
  readonly findsPeers?: true;
  /** The assertions that the kind can check. */
  readonly assertions: readonly (keyof Assertions)[];
  readonly pacing: {
    /** At most one connection of ours to one address at a time. */
    readonly oneAtATime: boolean;
    /** Least time in ms between two connections to a peer that answered. 0: as often as the run needs. */
    readonly pauseMs: number;
  };
  /** `implicit`: TLS from the first byte. `starttls`: the session may switch to TLS. `usual`: from the first byte on ports that usually have it. `none`: never. */
  readonly tls: 'implicit' | 'starttls' | 'usual' | 'none';
  /**
   * What a listener that stands in for a server of the kind speaks; `usual`: what is usual on the port. Absent: nothing can
   * stand in.
   */
  readonly standIn?: ListenerSpeech | 'usual';
  /** Somebody has just started the peer for this check, and can be asked about it. */
  readonly isStarted?: true;
  /** A proof in its answer from a port below 1024 shows who rules the machine. */
  readonly provesHost?: true;
  /** What counts as an answer of the peer, in words. */
  readonly answer: string;
  /**
   * What no answer at all means. `control-decides`: dropped by a firewall, if a control on the same port answered, else
   * nothing is proven. `resolver-decides`: a question for the next resolver.
   */
  readonly silence: 'control-decides' | 'resolver-decides';
}
