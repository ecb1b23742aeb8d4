import * as z from 'zod';

/** One report of one run, opened to whoever holds the link's token. */
export const Share = z.object({
  /** The beginning of the token's hash; names the share where people see it. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** SHA-256, hex, of the token. The token itself is nowhere. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  runId: z.string(),
  /** Name of the target whose report it is. */
  target: z.string(),
  /** ARN of whoever made the link. */
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  redacted: z.boolean(),
  revokedAt: z.iso.datetime().optional(),
  revokedBy: z.string().optional(),
  /** Keys of its own copies in the run bucket. */
  keys: z.object({ html: z.string(), json: z.string() }),
});
export type Share = z.infer<typeof Share>;

/** A share's copies are its own, so that they neither change nor go when the run's do. */
export const shareKey = (id: string, extension: 'html' | 'json'): string =>
  `shares/${id}/report.${extension}`;
