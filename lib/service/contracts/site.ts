/**
 * What a site vantage asks its home, signed by its own key (lib/service/site/signature.ts): the same for a station and for a
 * fleet, of which each says how long to wait before the next question.
 */
import * as z from 'zod';
import { VantagePosition } from '../../model/position.ts';
import { SiteName } from '../state/site-vantages.ts';
import type { Contract } from './contract.ts';

export const WorkId = z.string().regex(/^[0-9a-f]{32}$/);
/** Ed25519: the 32 bytes of the key, in base64url. */
export const SitePublicKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** 32 bytes in base64url, as `vantage add` prints them behind the name. */
export const SiteCode = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const SiteJoined = z.object({ name: SiteName, position: VantagePosition });

export const SiteOrders = z.object({
  position: VantagePosition,
  againSeconds: z.number().int().min(0).max(600).describe('So long before the next question; 0: at once.'),
  work: z
    .array(
      z.object({
        id: WorkId,
        budgetMs: z.number().int().min(1),
        tellEveryMs: z
          .number()
          .int()
          .min(100)
          .optional()
          .describe('Tell what was seen so far, so often at most; left out: answer alone, at the end.'),
        batch: z
          .record(z.string(), z.unknown())
          .describe('What to measure, as a prober of the fleet gets it.'),
      }),
    )
    .describe('Given again until it is answered, unless `working` names it.'),
  end: z.array(WorkId).describe('Of `working`: nobody wants its answer any more, so it ends.'),
});
export type SiteOrders = z.infer<typeof SiteOrders>;

export const siteContracts = {
  joinSite: {
    id: 'joinSite',
    method: 'POST',
    path: '/site/join',
    tag: 'vantages',
    caller: 'code',
    summary: 'Enrol the key of a site vantage, with the code of its invitation',
    body: z.strictObject({ name: SiteName, code: SiteCode, publicKey: SitePublicKey }),
    status: 200,
    result: SiteJoined,
  },
  pollSite: {
    id: 'pollSite',
    method: 'POST',
    path: '/site/poll',
    tag: 'vantages',
    caller: 'vantage',
    summary: 'Ask for work; a station keeps the question for up to 25 seconds',
    body: z.strictObject({
      working: z.array(WorkId).max(16).describe('What it is at.'),
      look: z.literal(true).optional().describe('Ask whether all is well, and take no work.'),
    }),
    status: 200,
    result: SiteOrders,
  },
  tellSite: {
    id: 'tellSite',
    method: 'POST',
    path: '/site/progress/{id}',
    tag: 'vantages',
    caller: 'vantage',
    summary: 'Tell everything that was measured so far of one piece of work; what is told does not end it',
    params: z.strictObject({ id: WorkId }),
    body: z.strictObject({ answer: z.record(z.string(), z.unknown()) }),
    status: 204,
  },
  answerSite: {
    id: 'answerSite',
    method: 'POST',
    path: '/site/answers/{id}',
    tag: 'vantages',
    caller: 'vantage',
    summary: 'Answer one piece of work with what was measured, or with why nothing was',
    params: z.strictObject({ id: WorkId }),
    body: z.union([
      z.strictObject({ answer: z.record(z.string(), z.unknown()) }),
      z.strictObject({ failed: z.string().min(1).max(500) }),
    ]),
    status: 204,
  },
} as const satisfies Record<string, Contract>;
