import * as z from 'zod';
import { Target } from '../../input/request/target.ts';
import { ListenerSealKeys } from '../../kinds/listener/seal-keys.ts';
import { ListenerSecret } from '../../model/listener-secret.ts';
import { Expect, ReportedCause, State, Verdict } from '../../model/vocabulary.ts';
import { REPORT_LANGUAGES } from '../../report/language/report-language.ts';
import { SHARED_REPORTS } from '../state/shares.ts';
import type { Contract } from './contract.ts';

const RunId = z.string().regex(/^[A-Za-z0-9_-]{1,80}$/, 'is no run id');
const TargetName = z.string().min(1).max(200);
const Settings = z
  .record(z.string(), z.unknown())
  .describe('As `settings` of a targets file, without what needs files (docs/command-line.md).');
const Vantages = z
  .array(z.string().min(1).max(100))
  .min(1)
  .max(20)
  .describe('Ids of vantages; left out: all of the fleet.');

const WithListener = ListenerSecret.optional().describe(
  'Ask listeners in the place of the servers (inbound-check listen), which prove which machine answers. The code itself is never sent: the caller derives a key for this run.',
);

export const RunOrder = z.strictObject({
  targets: z.array(TargetName).min(1).max(100).describe('Names of registered targets.'),
  only: z
    .array(z.string().min(1).max(2_000))
    .min(1)
    .max(1_000)
    .optional()
    .describe('Ids of endpoints, as reports have them: check these alone, and leave the rest as it was.'),
  vantages: Vantages.optional(),
  settings: Settings.optional(),
  listener: WithListener,
});
export type RunOrder = z.infer<typeof RunOrder>;

/** Characters of a ticket; with a reason it fits into what the report shows. */
const MAX_TICKET = 100;
const MAX_REASON = 380;

export const ValidationOrder = z.strictObject({
  target: Target.describe('What to check, in the words of a target in a targets file.'),
  ticket: z
    .string()
    .min(1)
    .max(MAX_TICKET)
    .describe('What the customer’s case is called; shown in the report as the reason.'),
  reason: z.string().min(1).max(MAX_REASON).optional().describe('More than the ticket, if need be.'),
  vantages: Vantages.optional(),
  settings: Settings.optional(),
  listener: WithListener,
});
export type ValidationOrder = z.infer<typeof ValidationOrder>;

export const StartedRun = z.object({
  runId: RunId,
  targets: z.array(z.string()),
  requestedBy: z.string().describe('The caller: an ARN, or the role and name of a station’s token.'),
  leftOut: z
    .array(z.string())
    .optional()
    .describe('Ids of endpoints for which no listener can stand in, so that they are not checked.'),
});
export type StartedRun = z.infer<typeof StartedRun>;

export const RUN_STEPS = ['plan', 'probe', 'judge', 'pause', 'report', 'publish'] as const;

const SeenEndpoint = z.object({ endpoint: z.string(), state: State, cause: ReportedCause.optional() });
export type SeenEndpoint = z.infer<typeof SeenEndpoint>;

const PlannedEndpoint = z.object({ endpoint: z.string(), target: z.string(), expect: Expect });
export type PlannedEndpoint = z.infer<typeof PlannedEndpoint>;

const VantageStatus = z.object({
  id: z.string(),
  attempt: z.number().int().min(1).describe('2 and more are confirmations of what failed.'),
  status: z
    .enum(['probing', 'starting', 'answered', 'lost'])
    .describe(
      '`starting`: it was idle for weeks, and is asked again until it is ready, for minutes at most.',
    ),
  error: z.string().optional().describe('Why it is lost.'),
  seen: z
    .array(SeenEndpoint)
    .optional()
    .describe('What it saw so far, before any judgement; with `detail=endpoints` alone.'),
});
export type VantageStatus = z.infer<typeof VantageStatus>;

export const RunStatus = z.object({
  runId: RunId,
  status: z.enum(['running', 'finished', 'failed', 'stopped']),
  requestedBy: z.string().optional(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  targets: z.array(z.string()),
  validated: z
    .object({
      host: z.string().optional().describe('A host, or a single URI; absent where several were checked.'),
      profile: z.string().optional(),
      ticket: z.string().optional(),
    })
    .optional()
    .describe('Of a validation: what it was asked, as long as that is kept. Absent for registered targets.'),
  step: z.enum(RUN_STEPS).optional().describe('The step that a run in progress has reached.'),
  attempt: z.number().int().min(1).optional(),
  vantages: z.array(VantageStatus),
  planned: z
    .array(PlannedEndpoint)
    .optional()
    .describe('What a run in progress checks, as far as the plan is made; with `detail=endpoints` alone.'),
  plannedVantages: z
    .array(z.string())
    .optional()
    .describe('By which vantages, those that were not asked yet among them; as `planned`.'),
  verdict: Verdict.optional(),
  reports: z
    .array(z.object({ target: z.string(), verdict: Verdict, summary: z.string() }))
    .describe('A line for each target whose report is there.'),
  error: z
    .object({ name: z.string(), message: z.string() })
    .optional()
    .describe('Why the run failed, or who stopped it.'),
});
export type RunStatus = z.infer<typeof RunStatus>;

/** Characters of a log as text; a larger one comes gzipped. */
const MAX_LOG_CHARS = 300_000;

export const ListenerEvidence = z
  .strictObject({
    target: TargetName.optional().describe('May be left out when the run has one.'),
    log: z
      .string()
      .min(1)
      .max(MAX_LOG_CHARS)
      .optional()
      .describe('Of inbound-check listen: a log, or a block of text with the ticket around it.'),
    logGzip: z
      .base64()
      .max(MAX_LOG_CHARS)
      .optional()
      .describe('The same, gzipped, in base64: at most 1 MB unpacked.'),
    keys: ListenerSealKeys.describe(
      'By which its seal is checked. The code itself is never sent, and the keys are not kept.',
    ),
  })
  .refine(({ log, logGzip }) => (log === undefined) !== (logGzip === undefined), {
    error: 'give log or logGzip, and one of them alone',
  });
export type ListenerEvidence = z.infer<typeof ListenerEvidence>;

export const JoinedRun = z.object({
  runId: z.string(),
  target: z.string(),
  log: z
    .object({ sha256: z.string(), keyId: z.string() })
    .describe('SHA-256 of the log as it was sent, and the short name of the code that had sealed it.'),
  logs: z.int().min(1).describe('So many logs are joined to this report.'),
  decided: z.array(
    z.object({
      endpoint: z.string(),
      address: z.string(),
      port: z.int(),
      found: z.string(),
      cause: ReportedCause.optional(),
      side: z.string().optional(),
      summary: z.string(),
    }),
  ),
});
export type JoinedRun = z.infer<typeof JoinedRun>;

const Place = { host: z.string().min(1).max(255), port: z.int().min(1).max(65_535) };

export const WordsRead = z.strictObject({
  target: TargetName.optional().describe('May be left out when the run has one.'),
  words: z
    .array(
      z.strictObject({
        ...Place,
        words: z.string().min(1).max(100).describe('As they were read aloud: TANGO LIMA 47.'),
      }),
    )
    .min(1)
    .max(32)
    .describe('Of each endpoint’s host and port, as the report names them.'),
});
export type WordsRead = z.infer<typeof WordsRead>;

export const ReadBackRun = z.object({
  runId: z.string(),
  target: z.string(),
  verdict: Verdict.describe('Of the report with these words.'),
  read: z.array(
    z.object({
      ...Place,
      status: z.enum(['right', 'of-another-port', 'wrong', 'not-asked']),
      summary: z.string(),
    }),
  ),
});
export type ReadBackRun = z.infer<typeof ReadBackRun>;

export const TargetRunEntry = z.object({
  runId: z.string(),
  startedAt: z.string(),
  verdict: Verdict,
  summary: z.string(),
});
export type TargetRunEntry = z.infer<typeof TargetRunEntry>;

/** By `format`; what the store has not is made from the JSON. */
export const REPORT_FORMATS = ['json', 'html', 'markdown', 'junit'] as const;
export type ReportFormatId = (typeof REPORT_FORMATS)[number];

const ReportLanguageAsked = z
  .enum(REPORT_LANGUAGES)
  .optional()
  .describe(
    'Of the HTML page, en where it is left out; its data and the other formats are the same. English where no other page was made.',
  );

export const RedactionPreview = z.object({
  takenOut: z.array(
    z.object({
      what: z
        .enum(['requester', 'voucher', 'maintenance', 'acknowledgement', 'text'])
        .describe('`text`: a piece of a sentence, an address or evidence.'),
      was: z.string(),
      times: z.int().describe('In how many places.'),
    }),
  ),
  more: z.int().describe('Pieces of text beyond those.'),
});
export type RedactionPreview = z.infer<typeof RedactionPreview>;

export const runsContracts = {
  startRun: {
    id: 'startRun',
    method: 'POST',
    path: '/runs',
    tag: 'runs',
    summary: 'Check registered targets now',
    body: RunOrder,
    status: 202,
    result: StartedRun,
  },
  validate: {
    id: 'validate',
    method: 'POST',
    path: '/validations',
    tag: 'runs',
    summary: 'Check a customer’s host for a ticket; the caller vouches for it, and the report says so',
    body: ValidationOrder,
    status: 202,
    result: StartedRun,
  },
  getRun: {
    id: 'getRun',
    method: 'GET',
    path: '/runs/{runId}',
    tag: 'runs',
    summary: 'Follow a run: its step, what each vantage saw, and how it ended',
    params: z.strictObject({ runId: RunId }),
    query: z.strictObject({ detail: z.enum(['vantages', 'endpoints']).default('vantages') }),
    status: 200,
    result: RunStatus,
  },
  getReport: {
    id: 'getReport',
    method: 'GET',
    path: '/runs/{runId}/report',
    tag: 'runs',
    summary: 'Fetch the report of one target of a run',
    params: z.strictObject({ runId: RunId }),
    query: z.strictObject({
      target: TargetName.optional().describe('May be left out when the run has one.'),
      format: z.enum(REPORT_FORMATS).default('json'),
      language: ReportLanguageAsked,
    }),
    status: 200,
    result: z.string().describe('The document itself, in the media type of the format.'),
    mediaType: 'application/json',
  },
  getRedaction: {
    id: 'getRedaction',
    method: 'GET',
    path: '/runs/{runId}/redaction',
    tag: 'runs',
    summary: 'List what a redacted link to the report would leave out, before it is made',
    params: z.strictObject({ runId: RunId }),
    query: z.strictObject({
      target: TargetName.optional().describe('May be left out when the run has one.'),
      report: z
        .enum(SHARED_REPORTS)
        .default('run')
        .describe('Of which report: the run’s own, or the one that was joined with the other end.'),
    }),
    status: 200,
    result: RedactionPreview,
  },
  joinListener: {
    id: 'joinListener',
    method: 'POST',
    path: '/runs/{runId}/listener',
    tag: 'runs',
    summary: 'Join the log of a listener to the report of a finished run; the original stays as it is',
    params: z.strictObject({ runId: RunId }),
    body: ListenerEvidence,
    status: 201,
    result: JoinedRun,
  },
  readBackRun: {
    id: 'readBackRun',
    method: 'POST',
    path: '/runs/{runId}/read-back',
    tag: 'runs',
    summary: 'Compare words that were read aloud at the other end; a report of its own holds the outcome',
    params: z.strictObject({ runId: RunId }),
    body: WordsRead,
    status: 201,
    result: ReadBackRun,
  },
  getJoinedReport: {
    id: 'getJoinedReport',
    method: 'GET',
    path: '/runs/{runId}/listener',
    tag: 'runs',
    summary:
      'Fetch the report of one target of a run as it was joined with logs of listeners and words that were read',
    params: z.strictObject({ runId: RunId }),
    query: z.strictObject({
      target: TargetName.optional().describe('May be left out when the run has one.'),
      format: z.enum(REPORT_FORMATS).default('json'),
      language: ReportLanguageAsked,
    }),
    status: 200,
    result: z.string().describe('The document itself, in the media type of the format.'),
    mediaType: 'application/json',
  },
  stopRun: {
    id: 'stopRun',
    method: 'DELETE',
    path: '/runs/{runId}',
    tag: 'runs',
    summary: 'Stop a run; what was measured stays, but no report is made',
    params: z.strictObject({ runId: RunId }),
    status: 200,
    result: RunStatus,
  },
  listTargetRuns: {
    id: 'listTargetRuns',
    method: 'GET',
    path: '/targets/{name}/runs',
    tag: 'runs',
    summary: 'List the last runs of a target, newest first',
    params: z.strictObject({ name: TargetName }),
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    status: 200,
    result: z.object({ runs: z.array(TargetRunEntry) }),
  },
} as const satisfies Record<string, Contract>;
