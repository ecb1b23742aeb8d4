/**
 * What a listener's machine saw of the packets to its ports, below its sockets: a line each in the listener's log. `remote` and `local`
 * are the ends of the connection, whoever sent the packet: the prober's end as it arrived, and this machine's end.
 */
import * as z from 'zod';

/** `203.0.113.7:443` or `[2001:db8::7]:443`. */
const End = z.string().regex(/^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]{2,45}\]):\d{1,5}$/);
const Port = z.int().min(1).max(65_535);
const Time = z.iso.datetime({ precision: 3 });
/** `port`: the one that is watched. */
const packet = { at: Time, port: Port, local: End, remote: End };

export const CaptureRecord = z.discriminatedUnion('what', [
  /** From here on the packets to these ports are watched. */
  z.object({ what: z.literal('watching'), at: Time, ports: z.array(Port).max(64) }),
  /** Nothing is watched, and why; or no longer. */
  z.object({ what: z.literal('not-watching'), at: Time, why: z.string().max(500) }),
  /**
   * Packets that could not be kept: from then on the absence of one proves nothing. `count` in all so far; of this port, or of any
   * where none is named.
   */
  z.object({ what: z.literal('lost'), at: Time, count: z.int().min(1), port: Port.optional() }),
  z.object({
    what: z.literal('syn'),
    ...packet,
    /** Largest payload of a segment that the SYN asks for. */
    mss: z.int().min(0).max(65_535).optional(),
  }),
  z.object({ what: z.literal('syn-ack'), ...packet }),
  /** Sent by this machine. */
  z.object({ what: z.literal('rst'), ...packet }),
  /** An ICMP or ICMPv6 error about the connection, sent by this machine. */
  z.object({
    what: z.literal('icmp'),
    ...packet,
    version: z.union([z.literal(4), z.literal(6)]),
    type: z.int().min(0).max(255),
    code: z.int().min(0).max(255),
  }),
  /** A challenge in the first data of the connection. */
  z.object({
    what: z.literal('tagged'),
    ...packet,
    run: z.string().regex(/^[0-9a-f]{16}$/),
    nonce: z.string().regex(/^[0-9a-f]{32}$/),
  }),
]);
export type CaptureRecord = z.infer<typeof CaptureRecord>;
