import * as z from 'zod';
import { Severity } from '../../model/change-event.ts';
import { Acknowledgement } from '../state/acknowledgements.ts';

export const ShownAcknowledgement = Acknowledgement.omit({ alert: true });
export type ShownAcknowledgement = z.infer<typeof ShownAcknowledgement>;

/** All that fails of a target, from its first failure on. */
export const OpenAlert = z.object({
  target: z.string(),
  since: z.iso.datetime().describe('Start of the run that opened it.'),
  at: z.iso.datetime().describe('Start of the last run that found more to fail.'),
  severity: Severity,
  title: z.string().describe('Of the last message about a failure.'),
  failing: z.number().int().describe('Endpoints that fail.'),
  checkedAt: z.iso.datetime().describe('Start of the last run.'),
  acknowledged: ShownAcknowledgement.optional().describe('Until more fails; absent: by nobody.'),
});
export type OpenAlert = z.infer<typeof OpenAlert>;
