import * as z from 'zod';
import { VantageResult } from '../../engine/vantage-result.ts';
import { VantageFacts } from '../../model/plan.ts';

/** What a prober answers: what one vantage measured of one batch, and what its controls proved. No judgement is sent: the judge makes it. */
export const BatchResult = z.object({
  /** Of the prober (`PAYLOAD_VERSION`); one that states none is of the first. */
  version: z.int().optional(),
  vantage: VantageFacts,
  results: z.array(VantageResult),
  /** The budget ended before everything was measured. */
  partial: z.boolean().optional(),
  /** The fleet was stopped meanwhile: what was not finished ended because of that. */
  stopped: z.boolean().optional(),
  /** A stop could not have been seen from there, so it ended by itself: why, in a few words. */
  stopUnreadable: z.string().optional(),
});
export type BatchResult = z.infer<typeof BatchResult>;

/** In place of a result: the prober can't be asked by a control stack of the version that asked. */
export interface VersionRefused {
  /** The prober's. */
  readonly version: number;
}

/** A `BatchResult`, or the same as gzipped JSON in base64, where it is large. */
export type ProberAnswer = BatchResult | { readonly gzip: string };
