import * as z from 'zod';
import { FirstBytes } from '../../model/observed.ts';
import { connected } from '../contract/common-observation.ts';

/** tcp reads for a short while: any byte proves a peer that works; `fin`/`reset`/`timeout` in `read` with 0 bytes do not. */
export const TcpObservation = z.object({ kind: z.literal('tcp'), ...connected, read: FirstBytes.optional() });
export type TcpObservation = z.infer<typeof TcpObservation>;
