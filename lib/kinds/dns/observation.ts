import * as z from 'zod';
import { Delegation } from '../../model/delegation.ts';
import { DnsResult } from '../../model/observed.ts';
import { common } from '../contract/common-observation.ts';

export const DnsObservation = z.object({
  kind: z.literal('dns'),
  ...common,
  dns: DnsResult,
  /** Where it was asked for, or of an attempt that repeats a failed one. */
  delegation: Delegation.optional(),
});
export type DnsObservation = z.infer<typeof DnsObservation>;
