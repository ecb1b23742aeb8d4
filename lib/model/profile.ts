/** A vendor's requirement table as data. A user's own profile (YAML or JSON) has the same schema. */
import * as z from 'zod';
import { Assertions, Port } from './endpoint.ts';
import { Expect, Kind, Level } from './vocabulary.ts';

export const RowGroup = z
  .enum(['always', 'replies', 'quic', 'dependency'])
  .describe(
    'When the row applies: always; with --replies; with --quic; with --dependencies (a far end of the vendor’s, with its own host).',
  );
export type RowGroup = z.infer<typeof RowGroup>;

export const ProfileRow = z.strictObject({
  kind: Kind,
  port: Port,
  host: z.string().optional().describe('Far end’s host; absent: the host that is checked.'),
  path: z.string().startsWith('/').optional(),
  dnsServer: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe('For dns: the server to ask about `host` (`address` or `address:port`).'),
  expect: Expect,
  level: Level,
  group: RowGroup.default('always'),
  reason: z.string().describe('One sentence: what this row is for.'),
  quote: z.string().optional().describe('The vendor’s own words.'),
  source: z.string().optional().describe('Page (URL) and row that the quote comes from.'),
  documentedAddresses: z
    .array(z.string())
    .optional()
    .describe(
      'Addresses that the vendor documents for the host; a change is dns.documented-address-changed.',
    ),
  restricted: z
    .boolean()
    .optional()
    .describe(
      'Meant for known networks, not the whole internet: `--public-ui`, `--private-ui` and `--from-allow-listed` act on it.',
    ),
  assertions: Assertions.optional(),
});
export type ProfileRow = z.infer<typeof ProfileRow>;

export const Profile = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and hyphens')
    .describe('Lower-case letters, digits and hyphens, at most 64.'),
  title: z.string().describe('Name of the product or the set of requirements.'),
  description: z.string().describe('What the profile checks, in a sentence or two.'),
  sources: z.array(z.string()).default([]).describe('Pages that the rows were read from.'),
  rows: z.array(ProfileRow).min(1),
});
export type Profile = z.infer<typeof Profile>;
/** As a user writes it: defaults not yet filled in. */
export type ProfileInput = z.input<typeof Profile>;

/** Choices that adapt a profile to a customer. */
export const ProfileOptions = z.strictObject({
  dependencies: z.boolean().default(false),
  /** `--replies`: check port 25 too; a domain adds the MX comparison. */
  replies: z.strictObject({ domain: z.string().optional(), recipient: z.email().optional() }).optional(),
  /** `--quic`: check too whether UDP 443 gets through. */
  quic: z.boolean().default(false),
  /** What rows marked `restricted` expect. Default `allow-listed`: open to all passes with a warning. */
  ui: z.enum(['allow-listed', 'public', 'private']).default('allow-listed'),
  /** Vantages that the customer's allow-list lets in; if given, the others must not connect. */
  allowListedVantages: z.array(z.string()).default([]),
});
export type ProfileOptions = z.infer<typeof ProfileOptions>;
