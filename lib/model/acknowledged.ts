import * as z from 'zod';

/** When the run was made, something of its target failed, and somebody had said that they take care of it. */
export const Acknowledged = z.strictObject({
  by: z.string().min(1).max(300),
  at: z.iso.datetime().describe('UTC.'),
  reason: z.string().min(1).max(300).describe('As that person wrote it.'),
});
