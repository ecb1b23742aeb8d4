/**
 * What the name servers of a zone said when each of their addresses was asked, beside what the parent zone says about them.
 * Names are in lower case and without the last dot. Text of servers has passed `printable()`.
 */
import * as z from 'zod';
import { Family } from './vocabulary.ts';

/** What one question to one address brought. `code`: as in `lib/net/dns-codes.ts`. */
export const ServerWord = z.object({
  code: z.string(),
  /** The server says that it holds the zone. Absent: nothing came. */
  aa: z.boolean().optional(),
  /** The server asks others for its clients. */
  ra: z.boolean().optional(),
  records: z.array(z.string()).optional(),
  /** The name is an alias of this one. */
  alias: z.string().optional(),
  /** Of a referral: the zone whose servers it names. */
  refersTo: z.string().optional(),
  /** Of the message, where its size matters. */
  bytes: z.number().optional(),
});
export type ServerWord = z.infer<typeof ServerWord>;

/** One address of a name server. */
export const ServerAddress = z.object({
  address: z.string(),
  family: Family,
  /** Who says that the server has it: the parent zone, the zone itself, or the resolver. */
  from: z.enum(['glue', 'zone', 'resolver']),
  /** Why nothing was sent: the guard's range, or a family that the vantage does not have. */
  refused: z.string().optional(),
  notAsked: z.literal('family').optional(),
  /** The SOA of the zone: by UDP with EDNS as resolvers ask, by UDP without EDNS where that had no use, by TCP. */
  udp: ServerWord.optional(),
  plain: ServerWord.optional(),
  tcp: ServerWord.optional(),
  serial: z.string().optional(),
  /** The NS records of the zone, and the addresses of the name that is checked. */
  ns: ServerWord.optional(),
  a: ServerWord.optional(),
  aaaa: ServerWord.optional(),
  /** TXT of the zone with signatures, an answer that is often long: what came by UDP; and by TCP where that was nothing. */
  long: ServerWord.optional(),
  longByTcp: ServerWord.optional(),
});
export type ServerAddress = z.infer<typeof ServerAddress>;

/** One name server of the zone. */
export const ZoneServer = z.object({
  name: z.string(),
  /** Named by the parent zone, and by the zone itself; absent: that one was not to be learned. */
  atParent: z.boolean().optional(),
  atZone: z.boolean().optional(),
  /** Why it has no address. */
  noAddress: z.string().optional(),
  /** Its addresses as the zone itself has them, for a name in the zone. */
  inZone: z.array(z.string()).optional(),
  addresses: z.array(ServerAddress),
});
export type ZoneServer = z.infer<typeof ZoneServer>;

/** Did a server that is no part of the zone answer this vantage in the same way? Without that, silence proves nothing. */
export const ServerControl = z.object({
  family: Family,
  over: z.enum(['udp', 'tcp']),
  server: z.string(),
  code: z.string(),
});
export type ServerControl = z.infer<typeof ServerControl>;

/** Why the walk ended before the servers of a zone were asked. */
export const DelegationEnd = z.enum([
  /** The resolver names no servers of the root, or none of their addresses may be asked from here. */
  'no-root',
  /** Something on the way answers in the place of the name servers. */
  'intercepted',
  /** None of the servers of `parent` answered. */
  'parent-silent',
  /** The servers of `parent` know no delegation below them that leads to the name. */
  'not-delegated',
  'time',
]);
export type DelegationEnd = z.infer<typeof DelegationEnd>;

export const Delegation = z.object({
  /** The name that was looked for. */
  name: z.string(),
  /** The zone it is in, or the last one on the way to it. */
  zone: z.string(),
  /** Who delegates the zone; `server`: name and address of the one that was asked. Absent: the same servers hold both zones. */
  parent: z.object({ zone: z.string(), server: z.string(), code: z.string() }).optional(),
  end: DelegationEnd.optional(),
  servers: z.array(ZoneServer),
  /** More servers or addresses than are asked. */
  leftOut: z.number().optional(),
  controls: z.array(ServerControl),
  /** Addresses of a name in the zone that nobody can have made on purpose. */
  wildcard: z.array(z.string()).optional(),
  /** The zone's own name is an alias, which RFC 1034 §3.6.2 forbids. */
  apexAlias: z.string().optional(),
  /** This prober was late itself: silence proves nothing. */
  late: z.boolean().optional(),
  ms: z.number(),
});
export type Delegation = z.infer<typeof Delegation>;
