/**
 * The seam between probing and judging. A vantage far away (a Lambda function, a namespace of the fault lab) runs
 * `runCheck` and sends on what its `checked` event tells; whoever hears all vantages judges them together. Plain data
 * that survives JSON.
 */
import * as z from 'zod';
import type { Endpoint } from '../model/endpoint.ts';
import { Finding } from '../model/finding.ts';
import { Observation } from '../model/observation.ts';
import { VantageFacts } from '../model/plan.ts';
import type { EndpointReport } from '../model/report.ts';
import { judgeEndpoint } from '../verdict/endpoint.ts';

/**
 * What one vantage saw of one endpoint, all attempts. Findings come with the observations, because the vantage needs
 * them itself: they tell what has to be confirmed and which control has to be made.
 */
export const VantageResult = z.object({
  endpointId: z.string(),
  judged: z.array(
    z.object({
      observation: Observation,
      finding: Finding,
      vantage: z.string(),
      attempt: z.number().int().min(1),
    }),
  ),
  /** What the vantage's controls proved on the endpoint's port. */
  facts: VantageFacts,
});
export type VantageResult = z.infer<typeof VantageResult>;

/** The verdict on one endpoint from what all vantages saw of it. Pure; the order of results changes nothing. */
export function judgeTogether(endpoint: Endpoint, results: readonly VantageResult[]): EndpointReport {
  const own = results.filter(({ endpointId }) => endpointId === endpoint.id);
  return judgeEndpoint(
    endpoint,
    own.flatMap(({ judged }) => judged),
    own.map(({ facts }) => facts),
  );
}
