import * as z from 'zod';
import { VantageFacts } from '../model/plan.ts';
import { VantageResult } from '../model/vantage-result.ts';

/** What a prober answers: what one vantage saw of one batch, and what its controls proved. */
export const BatchResult = z.object({
  vantage: VantageFacts,
  results: z.array(VantageResult),
  /** The budget ended before everything was measured. */
  partial: z.boolean().optional(),
});
export type BatchResult = z.infer<typeof BatchResult>;

/** A `BatchResult`, or the same as gzipped JSON in base64, where it is large. */
export const ProberAnswer = z.union([z.strictObject({ gzip: z.string() }), BatchResult]);
export type ProberAnswer = z.infer<typeof ProberAnswer>;
