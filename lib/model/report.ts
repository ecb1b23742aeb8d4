import * as z from 'zod';
import { Authorisation } from './authorisation.ts';
import { ReportHistory } from './history.ts';
import { Maintenance } from './maintenance.ts';
import { Timings } from './observation.ts';
import { REPORT_SCHEMA } from './report-version.ts';
import { Signature } from './signature.ts';
import { CauseCode, Expect, Family, Kind, Level, Side, State, Verdict } from './vocabulary.ts';

export { REPORT_SCHEMA };

/** One observation as the report shows it: state and cause, times, and the evidence (the probe's own facts and exchange). */
export const ReportObservation = z.object({
  vantage: z.string().describe('Id of the vantage that saw this.'),
  address: z
    .string()
    .describe('The address that was dialled; empty for a dns question and for a name without address.'),
  family: Family.optional(),
  localAddress: z.string().optional().describe('The vantage’s own address of the connection.'),
  state: State,
  cause: CauseCode.optional(),
  alsoFound: z.array(CauseCode).optional(),
  summary: z.string(),
  startedAt: z.iso.datetime().describe('ISO 8601, UTC.'),
  timings: Timings.describe(
    'Milliseconds: dns, connect (SYN to SYN-ACK), tls (ClientHello to Finished), firstByte (request or connect to first byte), total.',
  ),
  attempt: z.number().int().min(1).describe('1 for the first attempt, 2… for confirmations.'),
  evidence: z
    .record(z.string(), z.unknown())
    .describe(
      'The probe’s own facts (connect, tls, http, smtp, ssh, ntp, dns …) and `exchange`: what was sent and received, at which UTC time. Text of a peer is printable and bounded.',
    ),
});
export type ReportObservation = z.infer<typeof ReportObservation>;

export const EndpointReport = z.object({
  id: z.string().describe('Stable within a run, e.g. https://www.example.com:443/.'),
  target: z.string().describe('What the user named: the host, or the target’s name in a file.'),
  kind: Kind,
  host: z.string(),
  port: z.number().int(),
  path: z.string().optional(),
  expect: Expect,
  level: Level,
  verdict: Verdict,
  cause: CauseCode.optional().describe('The gravest cause.'),
  alsoFound: z.array(CauseCode).optional().describe('The other causes found at the same time.'),
  side: Side.optional().describe('Who has to act.'),
  summary: z.string(),
  fix: z.string().optional().describe('What to do next, as text; rules ready to paste are in `rules`.'),
  rules: z
    .array(z.object({ product: z.string(), rule: z.string() }))
    .optional()
    .describe('Firewall rules ready to paste, for each product.'),
  flapped: z.boolean().optional().describe('Attempts disagreed: the failure did not repeat.'),
  reason: z.string().optional().describe('Why this is checked.'),
  source: z.string().optional().describe('The vendor’s page that asks for it.'),
  history: ReportHistory.optional().describe('Absent when no history is kept, and at the first run.'),
  observations: z.array(ReportObservation),
});
export type EndpointReport = z.infer<typeof EndpointReport>;

export const ReportVantage = z.object({
  id: z.string(),
  kind: z.string(),
  sourceAddress: z.string().optional(),
  controls: z.array(
    z.object({
      port: z.number(),
      ok: z.boolean(),
      family: Family.optional(),
      target: z.string().optional(),
      detail: z.string().optional(),
    }),
  ),
  negativeControl: z
    .object({ address: z.string(), clean: z.boolean(), detail: z.string() })
    .optional()
    .describe(
      'A reserved address that must not connect; clean: false means that the vantage’s network answers for everyone.',
    ),
  unavailable: z
    .string()
    .optional()
    .describe('This vantage of the fleet gave no result, and why; nothing of it is held against the target.'),
});

export const Report = z.object({
  schema: z.literal(REPORT_SCHEMA),
  id: z.string(),
  profile: z.string().optional(),
  requestedBy: z.string().optional().describe('Who asked the deployed fleet for this run.'),
  authorisation: Authorisation.optional().describe('Why the deployed fleet may probe this target.'),
  maintenance: Maintenance.optional().describe(
    'The run took place within a maintenance window of the target.',
  ),
  startedAt: z.iso.datetime().describe('ISO 8601, UTC.'),
  finishedAt: z.iso.datetime().describe('ISO 8601, UTC.'),
  verdict: Verdict,
  summary: z.string().describe('One sentence: the verdict in words.'),
  partial: z
    .boolean()
    .optional()
    .describe('True when the run was cut short (Ctrl-C, deadline) and holds what was measured until then.'),
  notice: z.string().optional().describe('Shown large: the demo on loopback.'),
  redacted: z
    .literal(true)
    .optional()
    .describe(
      'The recipient of mail checks, other targets, and who asked for the run were taken out before it was shared.',
    ),
  vantages: z.array(ReportVantage),
  endpoints: z.array(EndpointReport),
  signature: Signature.optional().describe(
    'Who vouches for all of the above; checked by `inbound-check verify`.',
  ),
});
export type Report = z.infer<typeof Report>;
/** The report without its endpoints: what is known before the first and after the last of them. */
export type ReportHead = Omit<Report, 'endpoints' | 'signature' | 'finishedAt' | 'verdict' | 'summary'>;
export type ReportTail = Omit<Report, 'endpoints' | 'signature'> & {
  counts: Record<z.infer<typeof Verdict>, number>;
};
