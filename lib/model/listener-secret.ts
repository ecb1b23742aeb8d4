/** What probers of one run need to challenge listeners. The code of the listener is none of it, and can't be found from it. */
import * as z from 'zod';

export const ListenerSecret = z.strictObject({
  run: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'is no 16 lower-case hexadecimal digits')
    .describe('Chosen at random for this run alone; stands in each challenge.'),
  wordsSeed: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'is no 32 lower-case hexadecimal digits')
    .describe('Random; decides the words of each port, which a person can read aloud.'),
  key: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'is no 64 lower-case hexadecimal digits')
    .optional()
    .describe(
      'HMAC-SHA-256, by the 16 characters of the code, over "inbound-check run " and `run`, in hexadecimal. Absent: nobody has a code, and nothing is proven.',
    ),
});
export type ListenerSecret = z.infer<typeof ListenerSecret>;
