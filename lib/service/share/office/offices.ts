/** What visitors of a link tell of their office, as the pages of links ask for it. Plain data: on a fleet it comes from another function. */
import * as z from 'zod';
import { MAX_PLACE, OFFICE_PATIENCE_MS, OfficeOutcome, OfficeSaw } from '../../state/offices.ts';

/** A visitor's word, before it is judged and kept. */
export const OfficeTold = z.strictObject({
  saw: OfficeSaw,
  /** More than the page waits is a clock that stood still meanwhile. */
  ms: z
    .int()
    .min(0)
    .max(60 * OFFICE_PATIENCE_MS)
    .optional(),
  place: z.string().max(MAX_PLACE).optional(),
  /** Where the request came from. */
  address: z.string().max(45).optional(),
});
export type OfficeTold = z.infer<typeof OfficeTold>;

export const OfficeView = z.object({
  /** Outcomes from the address that asks, newest first. */
  own: z.array(OfficeOutcome),
  left: z.int().min(0),
  of: z.int(),
});
export type OfficeView = z.infer<typeof OfficeView>;

export const OfficeTaken = z.object({
  /** `spent`: the link takes no more. `busy`: others told theirs at the same moment. `closed`: it has ended, or asks no office. */
  status: z.enum(['taken', 'spent', 'busy', 'closed']),
});
export type OfficeTaken = z.infer<typeof OfficeTaken>;

/** Both reject with `StoreFailed`. */
export interface Offices {
  /** Undefined: the link has ended, or asks no office. */
  look(share: string, address: string | undefined): Promise<OfficeView | undefined>;
  tell(share: string, told: OfficeTold): Promise<OfficeTaken>;
}
