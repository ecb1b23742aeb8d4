import * as z from 'zod';
import { connected } from '../contract/common-observation.ts';

export const NtpObservation = z.object({
  kind: z.literal('ntp'),
  ...connected,
  ntp: z
    .object({
      status: z.enum(['answered', 'not-ntp', 'kiss-of-death']),
      /** Leap indicator; 3: the server's clock is not synchronised (RFC 5905 §7.3). */
      leap: z.number().optional(),
      stratum: z.number(),
      referenceId: z.string(),
      /** Server clock minus ours, ms. */
      offsetMs: z.number(),
    })
    .optional(),
});
export type NtpObservation = z.infer<typeof NtpObservation>;
