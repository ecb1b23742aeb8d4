/** What the function that looks for proofs answers, as its caller reads it. */
import * as z from 'zod';

const Proven = z.object({ method: z.enum(['dns-txt', 'http-file']), at: z.string(), below: z.boolean() });

export const OwnershipOutput = z.object({
  hosts: z.array(
    z.union([
      z.object({ host: z.string(), proven: Proven }),
      z.object({ host: z.string(), seen: z.array(z.string()) }),
    ]),
  ),
});
