import * as z from 'zod';

/** Who stopped the fleet and why; kept for as long as the fleet is stopped. */
export const StopNotice = z.strictObject({
  /** ARN of the person or role that stopped it. */
  by: z.string().min(1).max(2_048),
  at: z.iso.datetime(),
  reason: z.string().min(1).max(500),
});
export type StopNotice = z.infer<typeof StopNotice>;
