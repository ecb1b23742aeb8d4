/** How a run ended, as the state machine reports it on the bus: the `detail` of `Inbound Check Run Finished` and `… Failed`. */
import * as z from 'zod';
import { Verdict } from '../../model/vocabulary.ts';

/** Its reports are in the run bucket. */
export const RunFinishedEvent = z.object({
  fleet: z.string(),
  runId: z.string(),
  requestedBy: z.string(),
  finishedAt: z.iso.datetime(),
  verdict: Verdict,
  published: z.boolean().describe('False: the reports are in the bucket, but the table refused them.'),
  reports: z.array(
    z.object({
      target: z.string(),
      verdict: Verdict,
      summary: z.string(),
      keys: z.object({ json: z.string(), html: z.string(), md: z.string() }).describe('In the run bucket.'),
    }),
  ),
  execution: z.string().describe('ARN.'),
});
export type RunFinishedEvent = z.infer<typeof RunFinishedEvent>;

/** It ended without a verdict. */
export const RunFailedEvent = z.object({
  fleet: z.string(),
  runId: z.string(),
  execution: z.string().describe('ARN.'),
  error: z.string().describe('Name of the error, as the steps and the state machine have them.'),
  cause: z.string().describe('What else is known; often JSON of Lambda’s.'),
});
export type RunFailedEvent = z.infer<typeof RunFailedEvent>;
