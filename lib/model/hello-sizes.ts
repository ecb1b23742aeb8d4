import * as z from 'zod';

/**
 * A handshake whose large ClientHello got no byte in answer was followed by hellos that differ in their size alone, each on a
 * connection of its own: a small one, and where that was answered two large ones and the small one again.
 */
export const HelloSizes = z.object({
  /** Bytes on the wire, record header included. */
  small: z.number(),
  large: z.number(),
  /** By a ServerHello or an alert: each small one. */
  answered: z.boolean(),
  /** Only asked where the small one was answered: one of the large ones, or neither. */
  largeAnswered: z.boolean().optional(),
});
export type HelloSizes = z.infer<typeof HelloSizes>;
