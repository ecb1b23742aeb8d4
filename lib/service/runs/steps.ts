/**
 * What each state of the state machine `check` gets and gives. Every handler parses its input by these; what a state
 * carries in addition is ignored.
 */
import * as z from 'zod';
import { Verdict } from '../../model/vocabulary.ts';
import { SightedSource } from '../state/sources.ts';
import { Dispatch, Payload, RunRecord, VantageLoss } from './messages.ts';

/**
 * AuthoriseAndPlan. Parameters: `{"request.$": "$", "execution": {"id.$": "$$.Execution.Id", "startedAt.$":
 * "$$.Execution.StartTime"}}`, so that a repeated call of the same execution is known as such and gives the same plan.
 */
export const PlanInput = z.object({
  /** A `FleetRequest`; what is wrong with it is reported to its author. */
  request: z.unknown(),
  execution: z.object({ id: z.string().min(1), startedAt: z.iso.datetime({ offset: true }) }),
});
export type PlanInput = z.infer<typeof PlanInput>;

/** Dispatch: an item of `dispatches` in, this out. */
export const Dispatched = z.strictObject({
  vantage: z.string(),
  attempt: z.number().int().min(1),
  /** A `BatchResult`. */
  result: Payload,
});
export type Dispatched = z.infer<typeof Dispatched>;

/** The result of one dispatch; `VantageUnavailable` gives the latter. */
export const AttemptOutcome = z.union([Dispatched, VantageLoss]);
export type AttemptOutcome = z.infer<typeof AttemptOutcome>;

export const PlanOutput = z.object({
  run: RunRecord,
  dispatches: z.array(Dispatch),
  results: z.array(AttemptOutcome),
});
export type PlanOutput = z.infer<typeof PlanOutput>;

/** Where the findings of one attempt are, all vantages together: `StoredAttempts` of lib/service/runs/judged-store.ts. */
export const JudgedRound = z.strictObject({ attempt: z.number().int().min(1), judged: Payload });
export type JudgedRound = z.infer<typeof JudgedRound>;

/** One for each attempt; none before the first was judged. */
const JudgedRounds = z.array(JudgedRound).default([]);

/** DiagnoseAndJudge: the whole state; `latest` is what the Map state gave. */
export const JudgeInput = z.object({
  run: RunRecord,
  results: z.array(AttemptOutcome),
  judged: JudgedRounds,
  latest: z.array(AttemptOutcome),
});
export type JudgeInput = z.input<typeof JudgeInput>;

/** `dispatches` is empty when there is nothing to confirm. */
export const JudgeOutput = z.object({
  run: RunRecord,
  dispatches: z.array(Dispatch),
  results: z.array(AttemptOutcome),
  judged: z.array(JudgedRound),
  confirm: z.object({ needed: z.boolean(), pauseSeconds: z.number().int().min(0) }),
});
export type JudgeOutput = z.infer<typeof JudgeOutput>;

/** MakeReport. */
export const ReportInput = z.object({
  run: RunRecord,
  results: z.array(AttemptOutcome),
  judged: JudgedRounds,
});
export type ReportInput = z.input<typeof ReportInput>;

/** One target's report in the run bucket; keys by format. */
export const ReportMade = z.strictObject({
  target: z.string(),
  verdict: Verdict,
  summary: z.string(),
  keys: z.strictObject({ json: z.string(), html: z.string(), md: z.string() }),
  /** As in the plan: the report must be complete without the plan. */
  apart: z.literal(true).optional(),
});
export type ReportMade = z.infer<typeof ReportMade>;

/** Also the input of Publish. */
export const ReportOutput = z.object({
  run: RunRecord,
  reports: z.array(ReportMade),
  verdict: Verdict,
  finishedAt: z.iso.datetime(),
  /** From which addresses the vantages were seen to connect. */
  sources: z.array(SightedSource).optional(),
});
export type ReportOutput = z.infer<typeof ReportOutput>;

/**
 * Publish; goes to `$.publication`, where `PublishFailed` puts `{published: false, error}` and `AnnouncementFailed`
 * `{published: true, untold: true, error}`.
 */
export const PublishOutput = z.object({
  published: z.literal(true),
  /**
   * What became of the latest state of each target. `superseded`: a newer run had written it already, so that it was left
   * alone; `apart`: the run asked for something else than what is registered.
   */
  targets: z.array(z.object({ target: z.string(), latest: z.enum(['written', 'superseded', 'apart']) })),
  /** How many changes were announced. */
  changes: z.number().int().min(0),
});
export type PublishOutput = z.infer<typeof PublishOutput>;
