import * as z from 'zod';
import { readEvidence } from '../kinds/read-evidence.ts';
import { Acknowledged } from '../model/acknowledged.ts';
import { ListenerProofAt, RunAuthorisation } from '../model/authorisation.ts';
import { Maintenance } from '../model/maintenance.ts';
import { Timings } from '../model/observed.ts';
import { REPORT_SCHEMA } from '../model/report-version.ts';
import { Signature } from '../model/signature.ts';
import { Expect, Family, Level, ReportedCause, ReportedKind, type Verdict } from '../model/vocabulary.ts';
import { ReportHistory } from './history.ts';
import { knownWords, ReportedSide, ReportedState, ReportedVerdict } from './known-words.ts';
import { open } from './open-object.ts';
import { ReportListener } from './report-listener.ts';

export { REPORT_SCHEMA };

/** A sentence as key and parameters; a later version may know more keys, and more kinds of parameters. */
const ReportedMessage = open({
  key: z.string().describe('As tcp.refused: area and name of the sentence.'),
  params: z
    .record(z.string(), z.unknown())
    .describe(
      'Numbers, texts, and phrases: a message or a list of messages, which are parts of the sentence.',
    ),
});

const ClientsOfOneReason = open({
  clients: z.array(z.string()),
  why: z.string().describe('Half a sentence: why they do not connect, or why that is not known.'),
});

/** Which clients would connect: ids of the table (docs/report.md#who-can-connect). */
const ClientsOfEndpoint = open({
  seenBy: z
    .array(open({ vantage: z.string(), address: z.string() }))
    .describe('Vantages and addresses that gave these answers.'),
  yes: z.array(z.string()),
  no: z.array(ClientsOfOneReason).optional(),
  notKnown: z.array(ClientsOfOneReason).optional(),
});
export type ClientsOfEndpoint = z.infer<typeof ClientsOfEndpoint>;

/** One observation as the report shows it: state and cause, times, and the evidence (the probe's own facts and exchange). */
const ObservationRead = open({
  vantage: z.string().describe('Id of the vantage that saw this.'),
  address: z
    .string()
    .describe('The address that was dialled; empty for a dns question and for a name without address.'),
  family: Family.optional(),
  localAddress: z.string().optional().describe('The vantage’s own address of the connection.'),
  localPort: z
    .number()
    .optional()
    .describe('The vantage’s own port of the connection; address translation may change it on the way.'),
  state: ReportedState,
  cause: ReportedCause.optional(),
  alsoFound: z.array(ReportedCause).optional(),
  summary: z.string(),
  message: ReportedMessage.optional(),
  startedAt: z.iso.datetime().describe('ISO 8601, UTC.'),
  timings: open(Timings.shape).describe(
    'Milliseconds: dns, connect (SYN to SYN-ACK), tls (ClientHello to Finished), firstByte (request or connect to first byte), total.',
  ),
  attempt: z.number().int().min(1).describe('1 for the first attempt, 2… for confirmations.'),
  evidence: z
    .record(z.string(), z.unknown())
    .transform(readEvidence)
    .describe(
      'The probe’s own facts (connect, tls, http, smtp, ssh, ntp, dns …) and `exchange`: what was sent and received, at which UTC time. Text of a peer is printable and bounded.',
    ),
});
export const ReportObservation = ObservationRead.transform(knownWords);
export type ReportObservation = z.infer<typeof ReportObservation>;

const EndpointRead = open({
  id: z.string().describe('Stable within a run, e.g. https://www.example.com:443/.'),
  target: z.string().describe('What the user named: the host, or the target’s name in a file.'),
  kind: ReportedKind,
  host: z.string(),
  port: z.number().int(),
  path: z.string().optional(),
  expect: Expect,
  level: Level,
  verdict: ReportedVerdict,
  cause: ReportedCause.optional().describe('The most serious cause.'),
  alsoFound: z.array(ReportedCause).optional().describe('The other causes found at the same time.'),
  side: ReportedSide.optional().describe('Who has to act.'),
  at: open({ kind: ReportedKind, host: z.string(), port: z.number().int(), address: z.string() })
    .optional()
    .describe('Where the most serious cause was met, if not at the endpoint: at the target of its redirect.'),
  summary: z.string(),
  message: ReportedMessage.optional().describe(
    'The first sentence of the summary as key and parameters: the most serious fault, or what was seen.',
  ),
  furtherMessages: z
    .array(ReportedMessage)
    .optional()
    .describe('The other sentences of the summary, which follow after a space each.'),
  fix: z.string().optional().describe('What to do next, as text; rules ready to paste are in `rules`.'),
  rules: z
    .array(open({ product: z.string(), rule: z.string(), find: z.string().optional() }))
    .optional()
    .describe(
      'Firewall rules ready to paste, for each product; `find`: commands that find the packet there.',
    ),
  flapped: z.boolean().optional().describe('Attempts disagreed: the failure did not repeat.'),
  reason: z.string().optional().describe('Why this is checked.'),
  source: z.string().optional().describe('The vendor’s page that asks for it.'),
  history: ReportHistory.optional().describe('Absent when no history is kept, and at the first run.'),
  clients: z
    .array(ClientsOfEndpoint)
    .optional()
    .describe(
      'Which clients would connect, computed from the last handshakes: browsers, programs and, for mail, mail servers. Absent without facts of TLS, and for what must not be reachable.',
    ),
  observations: z.array(ReportObservation),
});
export const EndpointReport = EndpointRead.transform(knownWords);
export type EndpointReport = z.infer<typeof EndpointReport>;

export const ReportVantage = open({
  id: z.string(),
  kind: z.string(),
  position: z
    .string()
    .optional()
    .describe(
      'As the operator set it: internet, allow-listed or inside. What the internet reaches is judged by the first alone. Absent: of a function of the fleet, the internet; of a single machine, not said.',
    ),
  sourceAddress: z.string().optional().describe('The fixed source address of all its connections.'),
  seenAs: z
    .array(open({ address: z.string(), at: z.iso.datetime().describe('ISO 8601, UTC.') }))
    .optional()
    .describe(
      'Source addresses that a reflector saw during the run; another connection may have had another one. Absent: not asked, or not known.',
    ),
  controls: z.array(
    open({
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
  payloadVersion: z
    .number()
    .optional()
    .describe(
      'Of a vantage of the fleet: the version of what its prober and the control stack send each other.',
    ),
  unavailable: z
    .string()
    .optional()
    .describe('This vantage of the fleet gave no result, and why; nothing of it is blamed on the target.'),
});

export const MeasuredWith = open({
  setting: z.string().describe('As a targets file names it: resolve, dns, ca, family …'),
  text: z.string().describe('For people: www.example.com:443 pinned to 192.0.2.1, not looked up.'),
  host: z.string().optional().describe('Of a pin: the host it is for.'),
});
export type MeasuredWith = z.infer<typeof MeasuredWith>;

const [Proven, Vouched, ByListener] = RunAuthorisation.options;
const ReportAuthorisation = z.discriminatedUnion('kind', [
  open(Proven.shape),
  open(Vouched.shape),
  open({
    ...ByListener.shape,
    proofs: z.array(open(ListenerProofAt.shape)),
    others: z.discriminatedUnion('kind', [open(Proven.shape), open(Vouched.shape)]).optional(),
  }),
]);

const ReportRead = open({
  schema: z.literal(REPORT_SCHEMA),
  id: z.string(),
  profile: z.string().optional(),
  requestedBy: z.string().optional().describe('Who asked the deployed fleet for this run.'),
  authorisation: ReportAuthorisation.optional().describe('Why the deployed fleet may probe this target.'),
  maintenance: open(Maintenance.shape)
    .optional()
    .describe('The run took place within a maintenance window of the target.'),
  acknowledged: open(Acknowledged.shape)
    .optional()
    .describe('Somebody had acknowledged the open alert of the target before the run ended.'),
  startedAt: z.iso.datetime().describe('ISO 8601, UTC.'),
  finishedAt: z.iso.datetime().describe('ISO 8601, UTC.'),
  verdict: ReportedVerdict,
  summary: z.string().describe('One sentence: the verdict in words.'),
  message: ReportedMessage.optional().describe('The summary as key and parameters.'),
  partial: z
    .boolean()
    .optional()
    .describe('True when the run was cut short (Ctrl-C, deadline) and holds what was measured until then.'),
  measuredWith: z
    .array(MeasuredWith)
    .optional()
    .describe(
      'Settings that change what a pass means: pins, chosen DNS servers, extra trust anchors and others; absent: the defaults.',
    ),
  remarks: z
    .array(z.string())
    .optional()
    .describe(
      'Sentences on the run itself: which vantages had nothing to judge and why. Absent where there is nothing to say.',
    ),
  notice: z.string().optional().describe('Shown large: the demo on loopback.'),
  contact: z
    .string()
    .optional()
    .describe('https or mailto URL of the people who ran the check, as sent in the User-Agent.'),
  redacted: z
    .literal(true)
    .optional()
    .describe(
      'The recipient of mail checks, other targets, private addresses of devices on the way, and who asked for the run were taken out before it was shared.',
    ),
  listeners: z
    .array(ReportListener)
    .optional()
    .describe('What logs of listeners at the other end decide; absent: the report was joined with none.'),
  vantages: z.array(ReportVantage),
  endpoints: z.array(EndpointReport),
  writing: z
    .string()
    .optional()
    .describe(
      'Of a signed report: the rule by which its JSON is written byte by byte, report-text@1; absent: signed by an earlier version.',
    ),
  signature: Signature.optional().describe(
    'Who vouches for all of the above; checked by `inbound-check verify`.',
  ),
});
export const Report = ReportRead.transform(knownWords);
export type Report = z.infer<typeof Report>;
/** The report without its endpoints: what is known before the first and after the last of them. */
export type ReportHead = Omit<
  ReportTail,
  'finishedAt' | 'verdict' | 'summary' | 'message' | 'unread' | 'counts'
>;
export type ReportTail = Omit<Report, 'endpoints' | 'signature' | 'writing'> & {
  counts: Record<Verdict, number>;
};
