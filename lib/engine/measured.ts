/** What a vantage measures, without any judgement. Plain data that can be written as JSON and read again. */
import * as z from 'zod';
import { Observation } from '../kinds/observation.ts';

/**
 * Why an observation only takes the place of one that could not be made. `deadline`: the run's time was up; `stopped`: an
 * operator stopped the fleet; `fault`: the prober failed, or gave no result; `not-authorised`: nobody has proven that address.
 */
export const Missing = z.object({
  why: z.enum(['deadline', 'stopped', 'fault', 'not-authorised']),
  /** One sentence, for the evidence. */
  text: z.string(),
  /** The reason why the prober or the vantage failed, in its own words. Absent: only `text` is known. */
  detail: z.string().optional(),
  /** The whole vantage gave no result. */
  lost: z.literal(true).optional(),
});
export type Missing = z.infer<typeof Missing>;

/** One attempt at one address, or the look-up of the name. */
export const Measured = z.object({
  observation: Observation,
  /** Id of the vantage. */
  vantage: z.string(),
  /** 1 for the first attempt, 2… for confirmations. */
  attempt: z.number().int().min(1),
  missing: Missing.optional(),
});
export type Measured = z.infer<typeof Measured>;
