import * as z from 'zod';

/** Why the fleet may probe a target. The report shows it. */
export const Authorisation = z.discriminatedUnion('kind', [
  /** Ownership proven by DNS TXT or an HTTP file. */
  z.strictObject({
    kind: z.literal('proven'),
    method: z.enum(['dns-txt', 'http-file']),
    at: z.iso.datetime(),
  }),
  /** An operator with the right to start runs vouches for it. */
  z.strictObject({
    kind: z.literal('vouched'),
    by: z.string().min(1).max(200),
    reason: z.string().min(1).max(500),
  }),
]);
export type Authorisation = z.infer<typeof Authorisation>;
