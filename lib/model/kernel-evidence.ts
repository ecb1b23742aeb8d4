/**
 * What this machine's kernel knows of a connection and its sockets do not tell: who sent an ICMP error, what was acknowledged, how far
 * packets get. All of it is optional: only Linux gives it, only for an attempt that repeats a failed one, and its absence proves nothing.
 */
import * as z from 'zod';

/** An ICMP or ICMPv6 error about one of our packets (RFC 792, RFC 4443), as the socket's error queue has it. */
export const IcmpError = z.object({
  version: z.union([z.literal(4), z.literal(6)]),
  type: z.number(),
  code: z.number(),
  /** Source address of the error. */
  from: z.string(),
  /** Who that is: the address that was dialled, this machine itself, or anyone else. */
  sender: z.enum(['target', 'self', 'other']),
  /** Of this machine's own error: the address that was dialled is in one of its networks, so no gateway is between them. */
  onLink: z.literal(true).optional(),
});
export type IcmpError = z.infer<typeof IcmpError>;

/** The counters of a connection when its probe had ended (struct tcp_info): payload in bytes, SYN and FIN not counted. */
export const StreamCounters = z.object({
  /** Payload sent for the first time; what waits for the peer's window is not among it. */
  sentBytes: z.number(),
  ackedBytes: z.number(),
  /** Segments sent again, SYNs included. */
  retransmissions: z.number(),
  /** How often the first segment that is not acknowledged was sent again, one after the other. */
  unanswered: z.number().optional(),
  /** Payload received without a gap before it. */
  receivedBytes: z.number(),
  /** Segments that came, the SYN-ACK and those without payload included. */
  receivedSegments: z.number(),
  /** Largest payload of a segment that this side sends. */
  sendMss: z.number(),
  /** Largest payload of a segment that this side asks the peer for. */
  receiveMss: z.number(),
  /** The peer had ended the connection before: its FIN or RST came. */
  ended: z.boolean(),
  /**
   * Of a connection whose request was acknowledged and not answered: was this side's FIN acknowledged after that? `false`: not in three more tries. Absent:
   * not asked, or not known.
   */
  finAcknowledged: z.boolean().optional(),
});
export type StreamCounters = z.infer<typeof StreamCounters>;

/**
 * A connection that stalled was tried with small segments in both directions, and with large ones after that; where that made the difference, both
 * were tried once more, since a server that answers now and then makes it by chance.
 */
export const SmallSegments = z.object({
  /** Largest payload of a segment that was allowed. */
  mss: z.number(),
  answered: z.boolean(),
  /** Where they were not answered: was the request acknowledged? `false`: not all of it, in four tries. */
  arrived: z.boolean().optional(),
  /** Only asked where the small ones were answered. */
  largeAnswered: z.boolean().optional(),
});
export type SmallSegments = z.infer<typeof SmallSegments>;

/** What answered a SYN whose time to live ended after `ttl` routers. */
export const PathHop = z.object({
  ttl: z.number().int(),
  /** `passed`: a router says that the time to live ended; `reached`: SYN-ACK or RST of the address itself; `rejected`: another ICMP error. */
  answer: z.enum(['passed', 'reached', 'rejected', 'silent']),
  /** Who answered; absent where nobody did. */
  from: z.string().optional(),
  ms: z.number().optional(),
});
export type PathHop = z.infer<typeof PathHop>;

/** SYNs with rising time to live to one port, all with the same ports, so that load-balanced paths stay the same. */
export const PathTrace = z.object({
  port: z.number(),
  hops: z.array(PathHop),
  /**
   * Behind this router nothing answered in five tries of each of three hops, and the router itself did in two, with the same address. Absent: that is
   * not known, or something answered where the way ends.
   */
  last: z.object({ ttl: z.number().int(), from: z.string() }).optional(),
  /** In place of `last`: this router answered twice, with the same address, and those behind it were not asked often enough to say that none is there. */
  reaches: z.object({ ttl: z.number().int(), from: z.string() }).optional(),
});
export type PathTrace = z.infer<typeof PathTrace>;

export const KernelEvidence = z.object({
  /** When each SYN left, in ms after the first, as far as the kernel was asked in time. */
  syns: z.array(z.number()),
  /** A RST answered the SYN. */
  reset: z.literal(true).optional(),
  icmp: IcmpError.optional(),
  /** Of a connection that came about. */
  stream: StreamCounters.optional(),
  segments: SmallSegments.optional(),
  /** The way to a port from which nothing came back, or a refusal by ICMP in the name of its address, and the way to a port of the same address that works. */
  trace: PathTrace.optional(),
  traceBeside: PathTrace.optional(),
  /** Its SYNs asked for the segment size that the key of this run of challenges to a listener decides. */
  markedFor: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  /** Neither the way nor segment sizes were tried: the run had spent on other failures what it may spend on that. */
  leftOut: z.literal(true).optional(),
});
export type KernelEvidence = z.infer<typeof KernelEvidence>;
