/** What the fleet reports about a target when something changed: the `detail` of an event on the bus, and what alerts are made from. */
import * as z from 'zod';
import { CHANGE_KINDS, SEVERITIES } from './change-words.ts';
import { ReportedCause, Side, Verdict } from './vocabulary.ts';

/**
 * `failing`: it passed, or was never seen, and fails. `recovered`: it failed and passes. `cause-changed`: it still fails,
 * for another cause. `certificate-expiring`: fewer than 30, 14, 7 or 1 days are left. `exposed`: what must not be
 * reachable from the internet is. `schedule-missed`: no run came when one was due. `run-failed`: a run that a schedule
 * started ended without a result. `source-new`: the fleet connects from an address that was not seen before; about no target.
 * `acknowledged`: somebody has taken an alert into their hands. `reminder`: it is open, and nobody has.
 */
export const ChangeKind = z.enum(CHANGE_KINDS);
export type ChangeKind = z.infer<typeof ChangeKind>;

/** `critical`: act immediately, at night too. `warning`: in working hours. `info`: good to know. */
export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;

/** Endpoints named in one event; EventBridge accepts 256 KB for one event in all. */
export const MAX_EVENT_ENDPOINTS = 50;
/** Characters. One line; webhooks and subjects of mails shorten it where they must. */
export const MAX_TITLE = 200;
/** Characters. */
export const MAX_EVENT_TEXT = 4_000;

export const ChangedEndpoint = z.object({
  id: z.string(),
  verdict: Verdict,
  before: Verdict.optional().describe('Absent: it was never judged before.'),
  cause: ReportedCause.optional(),
});
export type ChangedEndpoint = z.infer<typeof ChangedEndpoint>;

/**
 * The alert that a change belongs to: of a target, from the first failure until nothing fails any more; of a certificate, all
 * its limits.
 */
export const ChangedAlert = z.object({
  key: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .describe(
      'The same at the beginning, at the end and the next time: incidents are opened and closed by it.',
    ),
  state: z
    .enum(['open', 'acknowledged', 'closed'])
    .describe('After this change. closed: nothing of the target fails any more.'),
});
export type ChangedAlert = z.infer<typeof ChangedAlert>;

export const CHANGE_SCHEMA = 'inbound-check/change@1';
export const ChangeEvent = z.object({
  schema: z.literal(CHANGE_SCHEMA),
  id: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .describe('The same change again has the same id: who gets it twice knows it.'),
  fleet: z.string(),
  target: z.string().describe('The fleet’s own name where it is about no target.'),
  runId: z.string().optional().describe('Absent where there was no run: a schedule that was missed.'),
  at: z.iso.datetime().describe('Start of the run that showed it, or when it was noticed; UTC.'),
  kind: ChangeKind,
  severity: Severity,
  title: z.string().min(1).max(MAX_TITLE).describe('One line.'),
  text: z
    .string()
    .max(MAX_EVENT_TEXT)
    .describe('A few lines of plain text: what, since when, whose side it is on, what to do.'),
  side: Side.optional().describe('Who has to act.'),
  cause: ReportedCause.optional(),
  endpoints: z.array(ChangedEndpoint).max(MAX_EVENT_ENDPOINTS),
  more: z.number().int().min(0).describe('How many further endpoints there are.'),
  alert: ChangedAlert.optional().describe('Absent where nothing was opened that could be closed.'),
});
export type ChangeEvent = z.infer<typeof ChangeEvent>;
