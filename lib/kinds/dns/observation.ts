import * as z from 'zod';
import { CaaWalk } from '../../model/caa.ts';
import { Delegation } from '../../model/delegation.ts';
import { DnssecResult } from '../../model/dnssec.ts';
import { DnsResult } from '../../model/observed.ts';
import { common } from '../contract/common-observation.ts';

export const DnsObservation = z.object({
  kind: z.literal('dns'),
  ...common,
  dns: DnsResult,
  /** Where it was asked for, or of an attempt that repeats a failed one. */
  delegation: Delegation.optional(),
  /** Where the endpoint names an authority. */
  caa: CaaWalk.optional(),
  /** With the delegation, or of an attempt that repeats one that failed with SERVFAIL. */
  dnssec: DnssecResult.optional(),
});
export type DnsObservation = z.infer<typeof DnsObservation>;
