/** What a remote vantage sends about one endpoint, to be judged with others. Plain data that can be written as JSON and read again. */
import * as z from 'zod';
import { Finding } from '../model/finding.ts';
import { VantageFacts } from '../model/plan.ts';
import { Measured, type Missing } from './measured.ts';

/** The form of older probers, which also judged: each observation with its finding. */
const Judged = z.object({ ...Measured.shape, finding: Finding });

const Seen = z.object({
  endpointId: z.string(),
  measured: z.array(Measured),
  /** What the vantage's controls proved on the endpoint's port. */
  facts: VantageFacts,
});

/** What one vantage saw of one endpoint, all attempts. */
export const VantageResult = z.union([
  Seen,
  Seen.omit({ measured: true })
    .extend({ judged: z.array(Judged) })
    .transform(({ judged, ...result }) => ({ ...result, measured: judged.map(withoutFinding) })),
]);
export type VantageResult = z.infer<typeof VantageResult>;

const WHY: { readonly [cause: string]: Missing['why'] } = {
  'prober.deadline': 'deadline',
  'prober.stopped': 'stopped',
  'prober.unavailable': 'fault',
};

/** The finding is made again; but where nothing was sent, or the fleet was stopped meanwhile, only this one says why. */
function withoutFinding({ finding, ...measured }: z.infer<typeof Judged>): Measured {
  const why = WHY[finding.faults[0]?.cause ?? ''];
  const isTold = why === 'stopped' || measured.observation.timings.total === 0;
  return why === undefined || !isTold ? measured : { ...measured, missing: { why, text: finding.summary } };
}
