import * as z from 'zod';
import type { Message as Sentence } from './message.ts';

/** Separate from message.ts, so that code which only writes sentences loads no schemas. */
export const Message: z.ZodType<Sentence> = z.lazy(() =>
  z.looseObject({
    key: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number(), Message, z.array(Message)])),
  }),
);
