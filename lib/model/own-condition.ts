import * as z from 'zod';

/** What is wrong with the machine that checks, and with none of its targets. */
export const OwnCondition = z.object({
  kind: z.enum(['uplink-away', 'store-failing']),
  from: z.iso.datetime(),
  until: z.iso.datetime().optional().describe('Absent: it lasts.'),
  detail: z.string().describe('One line.'),
});
export type OwnCondition = z.infer<typeof OwnCondition>;
