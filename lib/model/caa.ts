import * as z from 'zod';

/** What the CAA records say to authorities (RFC 8659): one answer for each name from the one that is checked upwards, to the first with records. */
export const CaaWalk = z.object({
  steps: z.array(
    z.object({
      name: z.string(),
      code: z.string(),
      records: z.array(z.string()),
      doubted: z.boolean().optional(),
    }),
  ),
});
export type CaaWalk = z.infer<typeof CaaWalk>;
