import * as z from 'zod';
import { connected } from '../contract/common-observation.ts';
import { TlsResult } from '../contract/tls-result.ts';

export const TlsObservation = z.object({ kind: z.literal('tls'), ...connected, tls: TlsResult.optional() });
export type TlsObservation = z.infer<typeof TlsObservation>;
