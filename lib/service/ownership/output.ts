/** What the function that looks for proofs answers, as its caller reads it. */
import * as z from 'zod';
import { MOST_LISTENER_ADDRESSES, MOST_LISTENER_HOSTS } from '../../model/listener-limits.ts';

const Proven = z.object({ method: z.enum(['dns-txt', 'http-file']), at: z.string(), below: z.boolean() });

export const OwnershipOutput = z.object({
  hosts: z.array(
    z.union([
      z.object({ host: z.string(), proven: Proven }),
      z.object({ host: z.string(), seen: z.array(z.string()) }),
    ]),
  ),
});

const Mac = z.string().regex(/^[0-9a-f]{64}$/);
const End = z.string().max(64);

const Asked = z.object({
  address: z.union([z.ipv4(), z.ipv6()]),
  nonce: z.string(),
  proof: z
    .object({
      nonce: z.string(),
      destination: End,
      source: End,
      time: z.number(),
      mac: Mac,
      tlsMac: Mac.optional(),
    })
    .optional(),
  seen: z.string().max(250),
});

/** What it answers where listeners were challenged. */
export const ListenersOutput = z.object({
  listeners: z
    .array(
      z.union([
        z.object({ host: z.string(), asked: z.array(Asked).max(MOST_LISTENER_ADDRESSES) }),
        z.object({ host: z.string(), seen: z.string().max(500) }),
      ]),
    )
    .max(MOST_LISTENER_HOSTS),
});
