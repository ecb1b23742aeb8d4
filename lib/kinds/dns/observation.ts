import * as z from 'zod';
import { DnsResult } from '../../model/observed.ts';
import { common } from '../contract/common-observation.ts';

export const DnsObservation = z.object({ kind: z.literal('dns'), ...common, dns: DnsResult });
export type DnsObservation = z.infer<typeof DnsObservation>;
