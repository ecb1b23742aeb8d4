/** Runs that visitors of a link start, as the pages of links ask for them. Plain data: on a fleet it comes from another function. */
import * as z from 'zod';
import { Verdict } from '../../model/vocabulary.ts';
import { LinkRun } from '../state/link-runs.ts';

/** What was said of an endpoint in one report. */
const Side = z.object({ verdict: Verdict, cause: z.string().optional(), text: z.string() });
export type LinkSide = z.infer<typeof Side>;

const Row = z.object({
  endpoint: z.string(),
  /** Absent: the report does not have the endpoint. */
  before: Side.optional(),
  now: Side.optional(),
  /** What differs, each in a line. */
  changes: z.array(z.string()),
});
export type LinkRow = z.infer<typeof Row>;

export const LinkView = z.object({
  /** What of the page's head is the shared report's. */
  shared: z.object({ finishedAt: z.string(), verdict: Verdict, summary: z.string() }),
  /** Oldest first. */
  runs: z.array(LinkRun),
  /** Of the newest report, changed ones first; before there is one, what the shared report says. */
  rows: z.array(Row),
  /** Rows that there are beyond those. */
  more: z.int().min(0),
  /** Of the run that is under way. */
  running: z.object({ step: z.string(), vantages: z.string().optional() }).optional(),
  budget: z.object({ left: z.int(), of: z.int(), everyMinutes: z.int() }),
});
export type LinkView = z.infer<typeof LinkView>;

export const LinkStart = z.discriminatedUnion('status', [
  /** `running`: one is under way already, whoever started it. */
  z.object({ status: z.enum(['started', 'running']) }),
  z.object({
    status: z.literal('refused'),
    why: z.enum(['spent', 'too-soon', 'stopped', 'our-side', 'not-allowed', 'mail-pause', 'busy']),
    /** One line for the visitor, with what to do next. */
    says: z.string(),
  }),
  /** The link has ended meanwhile, or starts nothing. */
  z.object({ status: z.literal('closed') }),
]);
export type LinkStart = z.infer<typeof LinkStart>;

/** All reject with `StoreFailed`. Undefined: the link has ended, or starts nothing. */
export interface LinkRuns {
  look(share: string): Promise<LinkView | undefined>;
  start(share: string): Promise<LinkStart>;
}
