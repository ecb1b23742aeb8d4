import * as z from 'zod';

/** Work on the target was announced for the time of a run, so that what it shows is told to nobody. */
export const Maintenance = z.strictObject({
  reason: z.string().min(1).max(300).describe('In the words of whoever announced it.'),
  until: z.iso.datetime().describe('UTC.'),
});
export type Maintenance = z.infer<typeof Maintenance>;
