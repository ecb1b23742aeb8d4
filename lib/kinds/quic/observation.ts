import * as z from 'zod';
import { connected } from '../contract/common-observation.ts';

export const QuicResult = z.object({
  /**
   * `version-negotiation`: the answer to a reserved version, with matching connection ids. `version-1`: the server was
   * silent on that and answered a real Initial of version 1. `not-quic`: a datagram came that answers neither.
   */
  status: z.enum(['version-negotiation', 'version-1', 'not-quic']),
  /** Versions offered, reserved ones left out, as `v1`, `v2`, `draft-29`, `Q046` or hexadecimal. */
  versions: z.array(z.string()),
  /** For a datagram that is not an answer: its first bytes in hexadecimal. */
  firstBytes: z.string().optional(),
});
export type QuicResult = z.infer<typeof QuicResult>;

export const QuicObservation = z.object({
  kind: z.literal('quic'),
  ...connected,
  quic: QuicResult.optional(),
});
export type QuicObservation = z.infer<typeof QuicObservation>;
