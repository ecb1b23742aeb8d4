/** What the function that looks for proofs is asked, and what it answers. */
import * as z from 'zod';
import { CHALLENGE } from './places.ts';

/** Hosts of one call, and so of one target. */
export const MAX_HOSTS = 50;
export const OwnershipInput = z.object({
  hosts: z.array(z.string().min(1).max(253)).min(1).max(MAX_HOSTS),
  challenge: z.string().regex(CHALLENGE),
});
export type OwnershipInput = z.infer<typeof OwnershipInput>;

const Proven = z.object({ method: z.enum(['dns-txt', 'http-file']), at: z.string(), below: z.boolean() });

export const OwnershipOutput = z.object({
  hosts: z.array(
    z.union([
      z.object({ host: z.string(), proven: Proven }),
      z.object({ host: z.string(), seen: z.array(z.string()) }),
    ]),
  ),
});
