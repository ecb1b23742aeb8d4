import * as z from 'zod';
import { Message } from './message-schema.ts';
import { CauseCode, Kind, Side, State } from './vocabulary.ts';

/** A fault (or a remark) seen in one observation. `severity` says whether it breaks the expectation. */
export const Fault = z.object({
  cause: CauseCode,
  side: Side,
  /** `fail` breaks the expectation `open`; `warn` is worth saying; `info` never changes a verdict. */
  severity: z.enum(['fail', 'warn', 'info']),
  /** One sentence for the person who must act, with the values seen. */
  summary: z.string(),
  /** The same as key and parameters. */
  message: Message.optional(),
  /** Where it was found, if that is not the endpoint: at the target of a redirect. */
  at: z.object({ kind: Kind, host: z.string(), port: z.number(), address: z.string() }).optional(),
});
export type Fault = z.infer<typeof Fault>;

/** Diagnosis of one observation: its state and its faults, most serious first. */
export const Finding = z.object({
  state: State,
  faults: z.array(Fault),
  summary: z.string(),
  /** The summary as key and parameters. */
  message: Message.optional(),
});
export type Finding = z.infer<typeof Finding>;
