/** A vendor's requirement table as data. A user's own profile (YAML or JSON) has the same schema. */
import { z } from 'zod';
import { Assertions, Port } from './endpoint.ts';
import { Expect, Kind, Level } from './vocabulary.ts';

/**
 * When a row applies: `always`; `replies` with `--replies`; `dependency` with `--dependencies` (a far end of the
 * vendor's, has its own `host`); `own-addresses` on the customer's own addresses (the checked host itself).
 */
export const RowGroup = z.enum(['always', 'replies', 'dependency']);
export type RowGroup = z.infer<typeof RowGroup>;

export const ProfileRow = z.strictObject({
  kind: Kind,
  port: Port,
  /** Far end's host; absent: the host that is checked. */
  host: z.string().optional(),
  path: z.string().startsWith('/').optional(),
  /** For dns: the server to ask about `host` (`address` or `address:port`). */
  dnsServer: z.string().min(1).max(300).optional(),
  expect: Expect,
  level: Level,
  group: RowGroup.default('always'),
  /** One sentence: what this row is for. */
  reason: z.string(),
  /** The vendor's own words. */
  quote: z.string().optional(),
  /** Page (URL) and row that the quote comes from. */
  source: z.string().optional(),
  documentedAddresses: z.array(z.string()).optional(),
  /** Meant for known networks, not the whole internet: `--public-ui`, `--private-ui` and `--from-allow-listed` act on it. */
  restricted: z.boolean().optional(),
  assertions: Assertions.optional(),
});
export type ProfileRow = z.infer<typeof ProfileRow>;

export const Profile = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and hyphens'),
  title: z.string(),
  description: z.string(),
  /** Pages that the rows were read from. */
  sources: z.array(z.string()).default([]),
  rows: z.array(ProfileRow).min(1),
});
export type Profile = z.infer<typeof Profile>;
/** As a user writes it: defaults not yet filled in. */
export type ProfileInput = z.input<typeof Profile>;

/** Choices that bend a profile to a customer. */
export const ProfileOptions = z.strictObject({
  dependencies: z.boolean().default(false),
  /** `--replies`: check port 25 too; a domain adds the MX comparison. */
  replies: z.strictObject({ domain: z.string().optional(), recipient: z.email().optional() }).optional(),
  /** How rows marked `restricted` are meant. Default `allow-listed`: open to all passes with a warning. */
  ui: z.enum(['allow-listed', 'public', 'private']).default('allow-listed'),
  /** Vantages that the customer's allow-list lets in; with it, the others must not get in. */
  allowListedVantages: z.array(z.string()).default([]),
});
export type ProfileOptions = z.infer<typeof ProfileOptions>;
