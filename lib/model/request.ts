/** What a user asks for, after all input has been parsed: endpoints come separately, as an iterable (so that 10,000 of them need little memory). */
import * as z from 'zod';
import { Port } from './endpoint.ts';

/** `--resolve HOST:PORT:ADDR`, as curl does. Several lines for one host and port give several addresses. */
export const ResolvePin = z.strictObject({ host: z.string(), port: Port, address: z.string() });
export type ResolvePin = z.infer<typeof ResolvePin>;

/** `--control PORT=HOST:PORT`: a host known to answer; proves that this vantage's network lets traffic to PORT out. */
export const ControlSpec = z.strictObject({ port: Port, host: z.string(), hostPort: Port });
export type ControlSpec = z.infer<typeof ControlSpec>;

export const FamilyChoice = z.enum(['4', '6', 'both']);
export type FamilyChoice = z.infer<typeof FamilyChoice>;

/** How a run is made. Everything has a default; durations in ms. */
export const RunSettings = z.strictObject({
  family: FamilyChoice.default('both'),
  /** Budget of one probe of one address. Absent: the kind's default (`lib/engine/plan/timeouts`). */
  timeoutMs: z.number().int().min(50).max(300_000).optional(),
  /** Retries before a failure counts. */
  confirm: z.number().int().min(0).max(5).default(1),
  confirmPauseMs: z.number().int().min(0).max(600_000).default(2_000),
  concurrency: z.number().int().min(1).max(1_000).default(64),
  allowPrivate: z.boolean().default(false),
  resolve: z.array(ResolvePin).default([]),
  /** DNS servers as `address` or `address:port` (`[v6]:port`); empty: the system's. */
  dnsServers: z.array(z.string()).default([]),
  /** DS records to verify DNSSEC from, in place of the root's: `ZONE TAG ALGORITHM DIGEST-TYPE DIGEST`. */
  dnssecAnchors: z.array(z.string()).optional(),
  controls: z.array(ControlSpec).default([]),
  /** Use the built-in control hosts for public targets where `controls` names none. */
  defaultControls: z.boolean().default(true),
  /** Reserved address that must not connect; absent: 240.0.0.1 for public targets, none for private and loopback ones. */
  negativeControl: z.strictObject({ address: z.string() }).optional(),
  /** Also find out the oldest TLS protocol that the server accepts (a second connection). */
  oldProtocols: z.boolean().default(true),
  /** Also find out which weak cipher suites the server accepts (one to three connections more), not only where it accepts an old TLS. */
  weakCiphers: z.boolean().default(false),
  /** Also ask all name servers of each host's zone, not only after a failure. */
  delegation: z.boolean().default(false),
  /** Also ask the certificates' authorities whether they are revoked (connections to other hosts than the targets). */
  revocation: z.boolean().default(false),
  /** Extra trust anchors, PEM texts. */
  trustAnchors: z.array(z.string()).default([]),
  ehloName: z.string().optional(),
  mailFrom: z.string().optional(),
  /** The https or mailto URL of the people who run the check. */
  contact: z.string().optional(),
  /** Budget of the whole run; what is not finished by then is `prober.deadline`. */
  deadlineMs: z.number().int().min(1).optional(),
});
export type RunSettings = z.infer<typeof RunSettings>;
