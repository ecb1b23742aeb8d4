/** The fields that every observation has. */
import * as z from 'zod';
import { HelloSizes } from '../../model/hello-sizes.ts';
import { KernelEvidence } from '../../model/kernel-evidence.ts';
import { ConnectResult, ExchangeLine, Late, Timings } from '../../model/observed.ts';
import { Family, type Kind } from '../../model/vocabulary.ts';

export const common = {
  endpointId: z.string(),
  vantage: z.string(),
  host: z.string(),
  port: z.number(),
  /** The judged address that was dialled; empty string for dns observations and for names without address. */
  address: z.string(),
  family: Family.optional(),
  localAddress: z.string().optional(),
  localPort: z.number().optional(),
  startedAt: z.string(),
  timings: Timings,
  exchange: z.array(ExchangeLine),
  /** The outcome depends on time, and this prober was late itself: it proves nothing about the far end. */
  late: Late.optional(),
  /** Of an attempt that repeats a failed one, where the prober can ask its kernel. Its absence proves nothing. */
  kernel: KernelEvidence.optional(),
  /** Of an attempt that repeats a failed one, whose large ClientHello got no byte in answer. */
  hello: HelloSizes.optional(),
};
export interface CommonFields extends z.infer<z.ZodObject<typeof common>> {}
/** An observation of any kind, for code that needs only what all of them have. */
export type CommonObservation = CommonFields & { readonly kind: Kind };

/** Of a kind that dials an address. */
export const connected = { ...common, connect: ConnectResult };
