import * as z from 'zod';

/** Work on the target was announced for the time of a run, so nobody gets an alert about what it shows. */
export const Maintenance = z.strictObject({
  reason: z.string().min(1).max(300).describe('As the person who announced it wrote it.'),
  until: z.iso.datetime().describe('UTC.'),
});
export type Maintenance = z.infer<typeof Maintenance>;
