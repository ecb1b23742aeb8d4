import type { ProbeSpec } from '../../model/plan.ts';
import type { Family } from '../../model/vocabulary.ts';
import type { BufferBudget } from '../../net/buffer-budget.ts';
import type {
  AddressGuard,
  Clock,
  GuardedDial,
  KernelAccess,
  ReservedDial,
  Resolver,
  WalkDelegation,
} from '../../net/network-access.ts';
import type { CommonObservation } from './common-observation.ts';

export interface ProbeContext {
  readonly vantage: string;
  /** Ends the run: the probe returns what it has, with `deadline`. */
  readonly deadline: AbortSignal;
  readonly clock: Clock;
  readonly dial: GuardedDial;
  readonly guard: AddressGuard;
  readonly resolver: Resolver;
  /** Random bytes as lower-case hex; for paths and tokens. */
  readonly randomHex: (bytes: number) => string;
  /** Extra trust anchors, PEM. */
  readonly trustAnchors: readonly string[];
  /** Name sent in EHLO and the domain of MAIL FROM (`<>` when absent). */
  readonly ehloName: string;
  readonly mailFrom?: string;
  /** Where people who find the check in a log may ask: the https or mailto URL in the User-Agent. */
  readonly contact?: string;
  /** Address families that this vantage can use; absent: not known. */
  readonly families?: readonly Family[];
  /** What all probes of the run may keep of their peers' bytes together. Absent: each has only its own limits. */
  readonly buffers?: BufferBudget;
  /**
   * A redirect to another host than the endpoint's own is followed only to ports 80 and 443. Someone who has proven ownership of one host
   * could otherwise make the vantage try any port of other people's hosts.
   */
  readonly webPortsElsewhere?: true;
  /**
   * Waits until a probe that finds its peers itself may dial this one: until no other probe of the run does, where the kind wants
   * that, and the run has room. What it gives must be called once the connection is closed. Absent: at once.
   */
  readonly visit?: (peer: Pick<ProbeSpec, 'kind' | 'address'>) => Promise<() => void>;
  /** Absent: the vantage makes no negative control. */
  readonly dialReserved?: ReservedDial;
  /**
   * For challenges to listeners: the id of the run, and its key, by which proofs are judged; it is never written down. Without a key
   * no code was given, and nothing can be proven. `wordsSeed` is secret, too: every challenge to one address and port of the run
   * has the same words by it. Absent: each has its own.
   */
  readonly listener?: { readonly run: string; readonly key?: string; readonly wordsSeed?: string };
  /** Evidence for an attempt that repeats a failed one. Absent: there is none beyond what sockets tell. */
  readonly kernel?: KernelAccess;
  /** Asks the name servers of a name's zone. Absent: they are not asked. */
  readonly walkDelegation?: WalkDelegation;
}

/** Runs one probe and says what happened, without judging it. Never throws for what a server or network does. */
export type Probe<O extends CommonObservation> = (spec: ProbeSpec, context: ProbeContext) => Promise<O>;
