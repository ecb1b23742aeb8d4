/** What one check does, apart from what the templates say: how long its functions run, and what they write. */
import * as z from 'zod';

const Ms = z.number().min(0).max(900_000);
const Bytes = z.number().min(0).max(1e9);

export const Workload = z.strictObject({
  /** How these numbers were measured; is on the page. */
  basis: z.string(),
  endpointsPerTarget: z.number().int().min(1),
  /** Billed milliseconds of one invocation, the mean over cold and warm starts. */
  functionMs: z.strictObject({
    plan: Ms,
    dispatcher: Ms,
    prober: Ms,
    judge: Ms,
    report: Ms,
    publish: Ms,
  }),
  /** The prober's and the dispatcher's for a batch of a sweep. */
  sweepFunctionMs: z.strictObject({
    plan: Ms,
    dispatcher: Ms,
    prober: Ms,
    judge: Ms,
    report: Ms,
    publish: Ms,
  }),
  /** Bytes of what one vantage saw of one target. */
  rawBytesPerTarget: Bytes,
  /** Bytes of what the judge found of one target, all vantages together. */
  judgedBytesPerTarget: Bytes,
  /** Bytes of the three reports of one target together. */
  reportBytesPerTarget: Bytes,
  /** Bytes of log of one invocation: Lambda's own three lines and ours. */
  logBytesPerInvocation: Bytes,
  /** Bytes of Step Functions' log of one state entered: about three events. */
  logBytesPerTransition: Bytes,
});
export type Workload = z.infer<typeof Workload>;
