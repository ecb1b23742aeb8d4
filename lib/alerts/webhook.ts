/** A registered webhook: where alerts go, and which. */
import * as z from 'zod';
import { ChangeKind, Severity } from '../model/change-event.ts';
import { isSecret } from './generic.ts';

export const WebhookKind = z.enum(['slack', 'teams', 'generic']);
export type WebhookKind = z.infer<typeof WebhookKind>;

/** Webhooks of a fleet: each change goes to all of them side by side. */
export const MAX_WEBHOOKS = 50;
export const MAX_URL = 2_000;

export const WebhookId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits and hyphens');

/** A name in which `*` stands for any text; letters of either case fit. */
export const TargetPattern = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => (text.match(/\*/g) ?? []).length <= 5, 'has more than five "*"');

/** Which changes a webhook gets. What is absent filters nothing. */
export const WebhookFilter = z.object({
  targets: z.array(TargetPattern).min(1).max(20).optional(),
  kinds: z.array(ChangeKind).min(1).optional(),
  minSeverity: Severity.optional(),
});
export type WebhookFilter = z.infer<typeof WebhookFilter>;

export const Webhook = WebhookFilter.extend({
  id: WebhookId,
  kind: WebhookKind,
  /** Whoever knows it may write to the channel: it is told to nobody and stands in no log. */
  url: z.url().max(MAX_URL),
  /** Of the generic kind alone: `whsec_…`, as lib/alerts/generic.ts makes it. */
  secret: z.string().refine(isSecret).optional(),
  changedBy: z.string(),
  changedAt: z.iso.datetime(),
});
export type Webhook = z.infer<typeof Webhook>;
