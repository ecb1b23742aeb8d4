/** The types of the functions that reach the network and the clock; all code that measures gets them from its context. */
import type { Socket } from 'node:net';
import type { Delegation } from '../model/delegation.ts';
import type { KernelEvidence, PathTrace } from '../model/kernel-evidence.ts';
import type { ConnectResult, DnsResult } from '../model/observed.ts';
import type { Validated } from './dnssec/validated.ts';

/** Time comes in from outside, so that tests need no patching of globals. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Monotonic milliseconds with fraction. */
  monotonic(): number;
}

export interface DialOptions {
  /** Milliseconds until `timeout`. */
  readonly timeoutMs: number;
  /** Nagle's algorithm off, as protocols of many small writes need it. Default true. */
  readonly noDelay?: boolean;
}

/** This machine's address and port in a connection, also in one that was never answered: a firewall's log has it. */
export interface LocalEnd {
  readonly localAddress?: string;
  readonly localPort?: number;
}

export type DialResult =
  | ({ readonly ok: true; readonly socket: Socket; readonly ms: number } & LocalEnd)
  | ({
      readonly ok: false;
      readonly result: Exclude<ConnectResult, { status: 'connected' }>;
      readonly ms: number;
    } & LocalEnd);

/** The only way to open a TCP socket: judges the address first, then dials exactly that address. Never rejects. */
export type GuardedDial = (address: string, port: number, options: DialOptions) => Promise<DialResult>;

/**
 * Dials a reserved address on purpose, for the negative control alone: it must *not* connect. The only dial that the
 * address guard does not check; it has a check of its own (`lib/net/reserved-dial.ts`). Never rejects.
 */
export type ReservedDial = (
  address: string,
  port: number,
  options: DialOptions & { readonly signal: AbortSignal },
) => Promise<DialResult>;

/** A dial that asks the kernel about one connection. */
export interface WatchedDial {
  readonly dial: GuardedDial;
  /**
   * What the kernel knows of that connection once its probe has ended; nothing where none was tried. Takes two seconds at most, and no time
   * where only what is known already is asked for.
   */
  evidence(options?: { readonly briefly: true }): Promise<KernelEvidence | undefined>;
  /**
   * Gives up what is held of the connection, also of one that comes about later. Must be called, once the evidence was read or is not wanted;
   * after that the dial ends with `deadline`.
   */
  release(): void;
}

/** What a machine can find out through its kernel in addition to what sockets tell. Never rejects; all of it asks the address guard. */
export interface KernelAccess {
  /** A dial for one probe of this address and port. `undefined`: this machine can't ask its kernel. */
  watch(
    address: string,
    port: number,
    options?: { readonly maxSegment?: number },
  ): Promise<WatchedDial | undefined>;
  /**
   * Follows the way to a port by SYNs with rising time to live, `timeoutMs` at most.
   *
   * @param localPort the port that the packets leave from, so that they take the way of a connection that was seen before
   */
  trace(
    address: string,
    port: number,
    options: { readonly timeoutMs: number; readonly localPort?: number },
  ): Promise<PathTrace | undefined>;
}

/** Walks to the zone of a name and asks all of its servers, in `withinMs` at most. Never rejects. */
export type WalkDelegation = (name: string, withinMs: number) => Promise<Delegation>;

/** Judges an address. `undefined` when it may be dialled, else the name of the range that forbids it. */
export type AddressGuard = (address: string) => string | undefined;

/** DNS look-ups, each outcome a value. */
export interface Resolver {
  /** Servers asked. */
  readonly servers: readonly string[];
  /** A, AAAA and the CNAME chain of a name, at the same time; IP literals and --resolve pins come back as given. */
  addresses(host: string, port?: number): Promise<DnsResult>;
  /**
   * One question; type MX, TXT, NS, CAA, PTR (name = address) … Records as text (`10 mx.example.com`). `doubted`: a denial
   * that proves nothing, by the rule for addresses: its resolver does not know a name that exists or denies nothing.
   */
  ask(name: string, type: string): Promise<{ code: string; records: string[]; ms: number; doubted?: true }>;
  /**
   * One question of whose answer the signatures are verified here, from the root's keys on; several questions more. Types as for `ask`, but PTR
   * by its reverse name. Zones that were verified are remembered. Names of --resolve do not count.
   */
  validate(name: string, type: string): Promise<Validated>;
}
