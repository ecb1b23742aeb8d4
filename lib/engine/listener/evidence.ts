/** What both ends know: attempts of a report, and what a listener's machine saw meanwhile. */
import type { CaptureRecord } from '../../kinds/listener/capture-record.ts';
import type { Family } from '../../model/vocabulary.ts';

/** One connection that the prober tried to make. */
export interface ListenerAttempt {
  readonly endpoint: string;
  readonly host: string;
  /** That was dialled. */
  readonly address: string;
  readonly family: Family;
  readonly port: number;
  /** By the prober's clock, epoch ms. */
  readonly from: number;
  readonly until: number;
  /** Addresses that the far end may see, where they are known. */
  readonly sources: readonly string[];
  readonly sourcePort?: number;
  /** Segment size that its SYNs asked for, where they were marked by the code. */
  readonly mss?: number;
  /** So many SYNs left at least. */
  readonly syns: number;
  /** `unreachable`: an ICMP error came. `reset`: a connection came about and was cut at once. */
  readonly saw: 'connected' | 'refused' | 'silent' | 'unreachable' | 'reset';
  /** Digest of the challenge that it sent, as the report has it. */
  readonly challengeDigest?: string;
  /** The source as a proof of the listener names it: `198.51.100.9:50412`. */
  readonly provenSource?: string;
}

/** A listener's log, as far as it concerns the packets. Times by the listener's clock. */
export interface ListenerView {
  /** Epoch ms. */
  readonly from: number;
  readonly until: number;
  /** Of the host, or the one that the listener was bound to. */
  readonly addresses: readonly string[];
  readonly ports: readonly {
    readonly port: number;
    readonly state: string;
    readonly by?: { readonly program: string; readonly pid: number } | undefined;
  }[];
  /** Connections that its sockets accepted. */
  readonly arrivals: readonly {
    readonly at: string;
    readonly port: number;
    readonly local: string;
    readonly remote: string;
  }[];
  readonly packets: readonly CaptureRecord[];
}

/** `203.0.113.7` of `203.0.113.7:443`, `2001:db8::7` of `[2001:db8::7]:443`. */
export const addressOf = (end: string): string => end.slice(0, end.lastIndexOf(':')).replace(/^\[|\]$/g, '');
export const portOf = (end: string): number => Number(end.slice(end.lastIndexOf(':') + 1));
export const familyOf = (end: string): Family => (end.startsWith('[') ? 6 : 4);
