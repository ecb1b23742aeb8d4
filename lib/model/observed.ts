/**
 * What every kind of measurement consists of: times, lines of an exchange, how a connect and a read ended, what DNS said.
 * Plain values that cross process borders as JSON. Text of a peer has passed `printable()` (bounded, control characters
 * shown as \\xNN) on its way in.
 */
import * as z from 'zod';
import { Family } from './vocabulary.ts';

/** Milliseconds, to 0.1 ms. `connect`: SYN to SYN-ACK; `tls`: ClientHello to Finished; `firstByte`: request (or connect) to first byte. */
export const Timings = z.object({
  dns: z.number().optional(),
  connect: z.number().optional(),
  tls: z.number().optional(),
  firstByte: z.number().optional(),
  total: z.number(),
});
export type Timings = z.infer<typeof Timings>;

/** One line of the exchange: what was sent, what came back, when (ISO 8601 UTC, ms). */
export const ExchangeLine = z.object({
  at: z.string(),
  dir: z.enum(['sent', 'received', 'event']),
  text: z.string(),
});
export type ExchangeLine = z.infer<typeof ExchangeLine>;

/**
 * This prober itself was late: for `ms` of the `budgetMs` of the attempt it was stopped or got no CPU time, and the same was true in
 * each of the `attempts` that were made one after the other.
 */
export const Late = z.object({ ms: z.number(), budgetMs: z.number(), attempts: z.number().int().min(1) });
export type Late = z.infer<typeof Late>;

/** Result of the TCP connect (for ntp: of the UDP exchange). */
export const ConnectResult = z.discriminatedUnion('status', [
  z.object({ status: z.literal('connected') }),
  /** ECONNREFUSED: RST, or ICMP port-unreachable, which Linux maps to the same errno. */
  z.object({ status: z.literal('refused'), code: z.string() }),
  /** No answer within the timeout. */
  z.object({ status: z.literal('timeout') }),
  /** ICMP: EHOSTUNREACH, ENETUNREACH, EACCES/EPERM… after leaving the prober. `local` when the prober has no route (no IPv6). */
  z.object({ status: z.literal('unreachable'), code: z.string(), local: z.boolean() }),
  /** ECONNRESET before or at the connect event: handshake completed, then an immediate RST. Never "closed". */
  z.object({ status: z.literal('reset'), code: z.string() }),
  /** The address guard refused; no packet was sent. */
  z.object({ status: z.literal('refused-by-guard'), range: z.string() }),
  /** The run's deadline ended first. */
  z.object({ status: z.literal('deadline') }),
]);
export type ConnectResult = z.infer<typeof ConnectResult>;

/** How reading ended after connect. */
export const StreamEnd = z.enum(['complete', 'fin', 'reset', 'timeout', 'too-large', 'deadline']);
export type StreamEnd = z.infer<typeof StreamEnd>;

/** Facts about a peer that was read from before anything was sent to it. */
export const FirstBytes = z.object({ end: StreamEnd, bytes: z.number(), text: z.string() });
export type FirstBytes = z.infer<typeof FirstBytes>;

/** The header of a DNS answer as received: the response code's name (with EDNS's upper bits), and its flags. */
export const DnsHeader = z.object({
  rcode: z.string(),
  /** The server holds the zone itself. */
  aa: z.boolean(),
  /** The answer was longer than fits into a datagram. */
  tc: z.boolean(),
  /** The server asks others for its clients. */
  ra: z.boolean(),
  /** The resolver has verified the signatures. */
  ad: z.boolean(),
});
export type DnsHeader = z.infer<typeof DnsHeader>;

/** Outcome of one DNS question. `code`: NOERROR, NODATA, NXDOMAIN, REFERRAL, a response code's name, or how contact with the server failed (TIMEOUT, TRUNCATED, BADRESP, an errno). */
export const DnsAnswer = z.object({
  type: z.string(),
  code: z.string(),
  records: z.array(z.string()),
  ms: z.number(),
  /** The name asked about where it is not the result's own: a hop of the CNAME chain. */
  name: z.string().optional(),
  /** The server asked where it is not the first of `servers`. */
  server: z.string().optional(),
  header: DnsHeader.optional(),
  /** How the answer came. */
  over: z.enum(['udp', 'tcp']).optional(),
  /** Who answered, as `address:port`. */
  from: z.string().optional(),
  /** Owner of the SOA of a denial, or of the NS records of a referral. */
  zone: z.string().optional(),
  /** A denial that proves nothing: no server that passed the controls gave it. */
  doubted: z.boolean().optional(),
});
export type DnsAnswer = z.infer<typeof DnsAnswer>;

/**
 * Can the server's answers be relied on? `code`: what it says about a name that exists (NOERROR from one that can), `denies`:
 * about one that does not (NXDOMAIN from one that can).
 */
export const DnsControl = z.object({ server: z.string(), code: z.string(), denies: z.string().optional() });
export type DnsControl = z.infer<typeof DnsControl>;

export const DnsResult = z.object({
  name: z.string(),
  /** Servers asked, as `address` or `address:port`. */
  servers: z.array(z.string()),
  /** Did the user name the servers? Absent: they are the system's. */
  serversChosen: z.boolean().optional(),
  /** Servers that this vantage has no route to, each with the system's error; the next ones were asked instead. */
  unreachable: z.array(z.object({ server: z.string(), code: z.string() })).optional(),
  answers: z.array(DnsAnswer),
  /** CNAME chain from the name, in order; empty when none. */
  cnames: z.array(z.string()),
  addresses: z.array(z.object({ address: z.string(), family: Family })),
  /** A second resolver's answer when the first one denied or failed: its A/AAAA codes in one. */
  secondOpinion: z.object({ server: z.string(), code: z.string() }).optional(),
  /** Was the address given (IP literal or --resolve) rather than looked up? */
  given: z.boolean().optional(),
  /** After a denial or a failure: does the first server know what it must know, and deny what it must deny? */
  control: DnsControl.optional(),
  /** The same about the server of `secondOpinion`. */
  secondControl: DnsControl.optional(),
  /** What a server of the zone itself says, where the resolvers' answer needs confirming: its A/AAAA codes in one. */
  zoneOpinion: z.object({ server: z.string(), zone: z.string(), code: z.string() }).optional(),
  /** The server that the endpoint names is in this range, which the guard forbids: nothing was asked. */
  serverRefused: z.string().optional(),
  /** Addresses of the name that the guard forbids, each with its range. */
  refused: z.array(z.object({ address: z.string(), range: z.string() })).optional(),
  /** A question had no answer in its time, and this prober was late itself. */
  late: Late.optional(),
});
export type DnsResult = z.infer<typeof DnsResult>;
