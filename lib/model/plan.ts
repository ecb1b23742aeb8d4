import * as z from 'zod';
import { Assertions, Port } from './endpoint.ts';
import { VantageKind, VantagePosition } from './position.ts';
import { Family, Kind, ListenerSpeech } from './vocabulary.ts';

/** One probe of one address from one vantage: all that the probe needs to know, serialisable. */
export const ProbeSpec = z.object({
  endpointId: z.string(),
  kind: Kind,
  /** ASCII host: for Host, SNI, EHLO evidence; or an IP literal. */
  host: z.string(),
  port: Port,
  /** The address to dial. Empty for dns, which asks about `host`. */
  address: z.string(),
  family: Family.optional(),
  path: z.string().optional(),
  /** For dns: the server to ask, `address` or `address:port` (`[v6]:port`). Absent: the context's resolver. */
  dnsServer: z.string().optional(),
  /** For dns: also ask all name servers of the zone. */
  delegation: z.boolean().optional(),
  /** For listener: what it speaks. Absent: what is usual on the port. */
  speech: ListenerSpeech.optional(),
  /** Budget of the whole probe in ms. */
  timeoutMs: z.number(),
  expect: z.enum(['open', 'closed']),
  /** Also find out the oldest TLS protocol accepted (a second connection) for tls, https, smtps. */
  oldProtocols: z.boolean().optional(),
  /** Also ask whether weak cipher suites are accepted (one to three connections more) for tls, https, smtps. */
  weakCiphers: z.boolean().optional(),
  /** Also ask whether the certificates are revoked (connections to where they say that it can be asked). */
  revocation: z.boolean().optional(),
  assertions: Assertions.optional(),
});
export type ProbeSpec = z.infer<typeof ProbeSpec>;

/** What a vantage proved about its own network on one port before a timeout there is blamed on a target. */
export const ControlResult = z.object({
  port: z.number(),
  family: Family,
  /** Absent: tcp. A UDP control (ntp) proves nothing about TCP on the same port number, and a TCP control nothing about UDP. */
  transport: z.enum(['tcp', 'udp']).optional(),
  /** HOST:PORT that was dialled. */
  target: z.string(),
  /** The control connected (and, for port 25, gave a banner). */
  ok: z.boolean(),
  detail: z.string(),
  at: z.string(),
});
export type ControlResult = z.infer<typeof ControlResult>;

/** The negative control: a reserved address must not connect. `clean: false` = the network answers in place of every address. */
export const NegativeControl = z.object({
  address: z.string(),
  port: z.number(),
  clean: z.boolean(),
  detail: z.string(),
  at: z.string(),
});
export type NegativeControl = z.infer<typeof NegativeControl>;

/** A source address that a reflector saw, and when (ISO 8601 UTC). Another connection may have another one. */
export const SeenSource = z.object({
  address: z.union([z.ipv4(), z.ipv6()]),
  at: z.iso.datetime(),
});
export type SeenSource = z.infer<typeof SeenSource>;

/** A vantage and what its controls proved. */
export const VantageFacts = z.object({
  id: z.string(),
  kind: VantageKind,
  /** As the operator says, never the vantage itself; absent: see `positionOf`. */
  position: VantagePosition.optional(),
  /** The fixed one, of whatever connection. */
  sourceAddress: z.string().optional(),
  /** As a reflector saw it; absent: not asked, or not known. */
  seenAs: z.array(SeenSource).max(16).optional(),
  families: z.array(Family),
  controls: z.array(ControlResult),
  negative: NegativeControl.optional(),
  /** Of a prober of the fleet: the version of what it and the control stack send each other. */
  payloadVersion: z.int().optional(),
});
export type VantageFacts = z.infer<typeof VantageFacts>;
