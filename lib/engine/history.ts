/** What is kept about an endpoint from run to run. Plain data: a file on this machine, an item in the fleet's table. */
import * as z from 'zod';
import { ReportedCause, Verdict } from '../model/vocabulary.ts';
import { ReportedVerdict } from './known-words.ts';
import { open } from './open-object.ts';

/** The values by which two runs are compared: all that matters about an endpoint except times and evidence. */
export const EndpointState = z.object({
  verdict: Verdict,
  causes: z.array(ReportedCause).describe('The most serious first, the others by name.'),
  addresses: z.array(z.string()).describe('Sorted.'),
  /** Leaf certificates that the endpoint itself sent. */
  certificates: z.array(
    z.object({
      fingerprint256: z.string(),
      subject: z.string(),
      issuer: z.string(),
      notAfter: z.string(),
    }),
  ),
  /** For each vantage the states of its last attempts, worst first. */
  vantages: z.array(z.object({ id: z.string(), state: z.string() })),
});
export type EndpointState = z.infer<typeof EndpointState>;

/** `run`: id of the run; `at`: when it started. */
export const PastRun = z.object({ run: z.string(), at: z.iso.datetime(), state: EndpointState });
export type PastRun = z.infer<typeof PastRun>;

export const HISTORY_SCHEMA = 'inbound-check/history@1';
export const EndpointRecord = z.object({
  schema: z.literal(HISTORY_SCHEMA),
  endpoint: z.string().describe('Id of the endpoint.'),
  target: z.string(),
  runs: z.array(PastRun).describe('Oldest first, bounded.'),
  /** The last run that passed, kept even when it is older than all of `runs`. */
  lastGood: PastRun.optional(),
  /**
   * The last state that was proven (pass, warn or fail) and when it began. `atLeast`: it was so at the first run
   * already, so it may be older.
   */
  proven: z
    .object({
      verdict: Verdict,
      cause: ReportedCause.optional(),
      since: z.iso.datetime(),
      atLeast: z.boolean(),
    })
    .optional(),
  /** Since when nothing could be proven; absent while the last run proved something. */
  unprovenSince: z.iso.datetime().optional(),
});
export type EndpointRecord = z.infer<typeof EndpointRecord>;

/** One thing that differs between two states of an endpoint. */
export const Change = open({
  what: z.enum(['verdict', 'cause', 'certificate', 'address', 'vantage']),
  vantage: z.string().optional().describe('For `vantage`: which one.'),
  before: z.string().optional(),
  after: z.string().optional(),
  text: z.string().describe('The same as a sentence.'),
});
export type Change = z.infer<typeof Change>;

/** What a report says about the runs before it. */
export const ReportHistory = open({
  since: z.iso.datetime().describe('When the present verdict and cause began, as far as runs are kept.'),
  atLeast: z.boolean().describe('It was so at the first run that is kept: it may have begun earlier.'),
  runs: z
    .array(
      open({
        run: z.string(),
        at: z.iso.datetime(),
        verdict: ReportedVerdict,
        cause: ReportedCause.optional(),
      }),
    )
    .describe('The runs before this one, oldest first.'),
  changes: z
    .array(
      open({
        since: z.enum(['last-run', 'last-good-run']),
        run: z.string(),
        at: z.iso.datetime(),
        verdict: ReportedVerdict,
        differences: z.array(Change),
      }),
    )
    .describe('What differs from the run before and from the last one that passed; empty lists: nothing.'),
});
export type ReportHistory = z.infer<typeof ReportHistory>;
