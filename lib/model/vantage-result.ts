/** What a vantage far away sends on of one endpoint, to be judged with others. Plain data that survives JSON. */
import * as z from 'zod';
import { Finding } from './finding.ts';
import { Observation } from './observation.ts';
import { VantageFacts } from './plan.ts';

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
