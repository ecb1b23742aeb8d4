import type { Socket } from 'node:net';
import type {
  ConnectResult,
  DnsObservation,
  DnsResult,
  HttpObservation,
  NtpObservation,
  Observation,
  SmtpObservation,
  SshObservation,
  TcpObservation,
  TlsObservation,
} from '../model/observation.ts';
import type { ProbeSpec } from '../model/plan.ts';
import type { Family, Kind } from '../model/vocabulary.ts';

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

export type DialResult =
  | { readonly ok: true; readonly socket: Socket; readonly ms: number; readonly localAddress: string }
  | {
      readonly ok: false;
      readonly result: Exclude<ConnectResult, { status: 'connected' }>;
      readonly ms: number;
    };

/** The only way to open a TCP socket: judges the address first, then dials exactly that address. Never rejects. */
export type GuardedDial = (address: string, port: number, options: DialOptions) => Promise<DialResult>;

/**
 * Dials a reserved address on purpose, for the negative control alone: it must *not* connect. The one dial that the
 * address guard does not stand before; it has a gate of its own (`lib/run/reserved-dial.ts`). Never rejects.
 */
export type ReservedDial = (
  address: string,
  port: number,
  options: DialOptions & { readonly signal: AbortSignal },
) => Promise<DialResult>;

/** Judges an address. `undefined` when it may be dialled, else the name of the range that forbids it. */
export type AddressGuard = (address: string) => string | undefined;

/** DNS look-ups, each outcome a value. */
export interface Resolver {
  /** Servers asked. */
  readonly servers: readonly string[];
  /** A, AAAA and the CNAME chain of a name, at once; IP literals and --resolve pins come back as given. */
  addresses(host: string, port?: number): Promise<DnsResult>;
  /** One question; type MX, TXT, NS, CAA, PTR (name = address) … Records as text (`10 mx.example.com`). */
  ask(name: string, type: string): Promise<{ code: string; records: string[]; ms: number }>;
}

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
  /** Address families that this vantage can speak; absent: not known. */
  readonly families?: readonly Family[];
  /** Absent: the vantage makes no negative control. */
  readonly dialReserved?: ReservedDial;
}

export interface ObservationOf {
  dns: DnsObservation;
  tcp: TcpObservation;
  tls: TlsObservation;
  http: HttpObservation;
  https: HttpObservation;
  smtp: SmtpObservation;
  smtps: SmtpObservation;
  ssh: SshObservation;
  ntp: NtpObservation;
}

/** Runs one probe and says what happened, without judging it. Never throws for what a server or network does. */
export type Probe<O extends Observation = Observation> = (
  spec: ProbeSpec,
  context: ProbeContext,
) => Promise<O>;
export type ProbeRegistry = { readonly [K in Kind]: Probe<ObservationOf[K]> };
