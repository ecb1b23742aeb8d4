import { z } from 'zod';
import { Timings } from './observation.ts';
import { CauseCode, Expect, Family, Kind, Level, Side, State, Verdict } from './vocabulary.ts';

export const REPORT_SCHEMA = 'inbound-check/report@1';

/** One observation as the report shows it: state and cause, times, and the evidence (the probe's own facts and exchange). */
export const ReportObservation = z.object({
  vantage: z.string(),
  address: z.string(),
  family: Family.optional(),
  localAddress: z.string().optional(),
  state: State,
  cause: CauseCode.optional(),
  alsoFound: z.array(CauseCode).optional(),
  summary: z.string(),
  startedAt: z.iso.datetime(),
  timings: Timings,
  /** 1 for the first attempt, 2… for confirmations. */
  attempt: z.number().int().min(1),
  evidence: z.record(z.string(), z.unknown()),
});
export type ReportObservation = z.infer<typeof ReportObservation>;

export const EndpointReport = z.object({
  id: z.string(),
  target: z.string(),
  kind: Kind,
  host: z.string(),
  port: z.number().int(),
  path: z.string().optional(),
  expect: Expect,
  level: Level,
  verdict: Verdict,
  cause: CauseCode.optional(),
  alsoFound: z.array(CauseCode).optional(),
  side: Side.optional(),
  summary: z.string(),
  /** What to do next, as text; rules ready to paste are in `rules`. */
  fix: z.string().optional(),
  rules: z.array(z.object({ product: z.string(), rule: z.string() })).optional(),
  /** Attempts disagreed: the failure did not repeat. */
  flapped: z.boolean().optional(),
  reason: z.string().optional(),
  source: z.string().optional(),
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
  negativeControl: z.object({ address: z.string(), clean: z.boolean(), detail: z.string() }).optional(),
});

export const Report = z.object({
  schema: z.literal(REPORT_SCHEMA),
  id: z.string(),
  profile: z.string().optional(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  verdict: Verdict,
  /** One sentence: the verdict in words. */
  summary: z.string(),
  /** True when the run was cut short (Ctrl-C, deadline) and holds what was measured until then. */
  partial: z.boolean().optional(),
  /** Shown large: the demo on loopback. */
  notice: z.string().optional(),
  vantages: z.array(ReportVantage),
  endpoints: z.array(EndpointReport),
});
export type Report = z.infer<typeof Report>;
/** The report without its endpoints: what is known before the first and after the last of them. */
export type ReportHead = Omit<Report, 'endpoints' | 'finishedAt' | 'verdict' | 'summary'>;
export type ReportTail = Omit<Report, 'endpoints'> & { counts: Record<z.infer<typeof Verdict>, number> };
