import * as z from 'zod';
import { OfficeMeaning, OfficeOutcome, OfficeWay, OutsideView } from '../state/offices.ts';
import {
  DEFAULT_AGAIN_MINUTES,
  DEFAULT_DAYS,
  DEFAULT_OFFICE_ATTEMPTS,
  MAX_AGAIN_MINUTES,
  MAX_AGAIN_RUNS,
  MAX_DAYS,
  MAX_OFFICE_ATTEMPTS,
  MIN_DAYS,
} from '../state/share-lifetime.ts';
import { SHARED_REPORTS, Share } from '../state/shares.ts';
import type { Contract } from './contract.ts';

/** A share as it is listed: without its token, of which nothing is kept but the hash, and without the hash. */
export const ListedShare = Share.omit({ sha256: true, keys: true, again: true, office: true }).extend({
  state: z.enum(['open', 'expired', 'revoked']),
  checkAgain: z
    .object({
      runs: z.int(),
      everyMinutes: z.int(),
      used: z.int().optional().describe('Runs that the link has started; not in the answer that makes it.'),
    })
    .optional()
    .describe('Whoever has the link may start so many runs; absent: none.'),
  office: z
    .object({
      endpoint: z.string(),
      attempts: z.int(),
      way: OfficeWay.describe(
        'Whether the page tries it by itself, the visitor opens it, or types a command for it.',
      ),
      used: z.int().optional().describe('Outcomes that it has taken; not in the answer that makes it.'),
    })
    .optional()
    .describe(
      'The link asks whoever has it to try this endpoint from where they are; absent: it shows the report.',
    ),
});
export type ListedShare = z.infer<typeof ListedShare>;

export const ShareRequest = z
  .strictObject({
    runId: z.string().min(1).max(80).describe('A run that has finished.'),
    target: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe('Which target’s report; may be left out when the run has one.'),
    days: z
      .number()
      .int()
      .min(MIN_DAYS)
      .max(MAX_DAYS)
      .default(DEFAULT_DAYS)
      .describe('Days until the link ends.'),
    redact: z
      .boolean()
      .default(false)
      .describe(
        'Leave out the recipient of mail checks, other targets, private addresses of devices on the way, and who asked for the run.',
      ),
    report: z
      .enum(SHARED_REPORTS)
      .default('run')
      .describe(
        '`run`: as the run made it. `joined`: as it is by now with logs of listeners and words that were read; what is joined later, the link does not show.',
      ),
    checkAgain: z
      .strictObject({
        runs: z.int().min(1).max(MAX_AGAIN_RUNS).describe('Runs that the link may start in all.'),
        everyMinutes: z
          .int()
          .min(1)
          .max(MAX_AGAIN_MINUTES)
          .default(DEFAULT_AGAIN_MINUTES)
          .describe('Least minutes from the end of one to the start of the next.'),
      })
      .optional()
      .describe(
        'Whoever has the link may have the same endpoints checked again, within this budget, and sees before and now. Absent: the link starts nothing.',
      ),
    office: z
      .strictObject({
        endpoint: z
          .string()
          .min(1)
          .max(2_000)
          .describe('Id of an endpoint, as the report has it: one that is reached over TCP.'),
        attempts: z
          .int()
          .min(1)
          .max(MAX_OFFICE_ATTEMPTS)
          .default(DEFAULT_OFFICE_ATTEMPTS)
          .describe('Outcomes that are taken in all.'),
      })
      .optional()
      .describe(
        'The link shows its visitor their own address and has their browser try this endpoint, when they press the button; what came is kept with the run (`listOffices`). Absent: the link shows the report.',
      ),
  })
  .refine(({ checkAgain, office }) => checkAgain === undefined || office === undefined, {
    error: 'give checkAgain or office: a link does one of the two',
  });

export const CreatedShare = ListedShare.extend({
  url: z.url().describe('The link. It is shown here and never again.'),
});
export type CreatedShare = z.infer<typeof CreatedShare>;

/** One endpoint of a run, as offices saw it that were asked by one link. */
export const ListedOffice = z.object({
  share: z.string().describe('Id of the link.'),
  target: z.string(),
  endpoint: z.string(),
  outside: OutsideView.describe('What the vantages outside saw in the run.'),
  outcomes: z
    .array(
      OfficeOutcome.extend({
        meaning: OfficeMeaning.describe(
          'What it means beside what the outside saw; `office-path`: the fault is on the way of that office.',
        ),
        says: z.string().describe('The same in one line.'),
      }),
    )
    .describe('Oldest first.'),
});
export type ListedOffice = z.infer<typeof ListedOffice>;

export const sharesContracts = {
  createShare: {
    id: 'createShare',
    method: 'POST',
    path: '/shares',
    tag: 'shares',
    summary: 'Make a link to the report of one target of a run',
    body: ShareRequest,
    status: 201,
    result: CreatedShare,
  },
  listShares: {
    id: 'listShares',
    method: 'GET',
    path: '/shares',
    tag: 'shares',
    summary: 'List the links, oldest first; those that ended are listed for 30 days more',
    query: z.strictObject({ after: z.string().max(2_000).optional() }),
    status: 200,
    result: z.object({ shares: z.array(ListedShare), next: z.string().optional() }),
  },
  revokeShare: {
    id: 'revokeShare',
    method: 'DELETE',
    path: '/shares/{id}',
    tag: 'shares',
    summary: 'Close a link at once; it cannot be opened again',
    params: z.strictObject({ id: z.string().min(1).max(64) }),
    status: 200,
    result: ListedShare,
  },
  listOffices: {
    id: 'listOffices',
    method: 'GET',
    path: '/runs/{runId}/offices',
    tag: 'shares',
    summary: 'List what offices saw of a run that were asked by a link; it goes with the link’s record',
    params: z.strictObject({ runId: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/, 'is no run id') }),
    query: z.strictObject({
      target: z.string().min(1).max(300).optional().describe('Left out: of all targets of the run.'),
    }),
    status: 200,
    result: z.object({
      offices: z.array(ListedOffice),
      text: z
        .string()
        .optional()
        .describe('All of it as Markdown for a ticket; absent: no office told anything yet.'),
    }),
  },
} as const satisfies Record<string, Contract>;
