/** Errors that a step ends with. Step Functions distinguishes them only by name, so each kind of failure has its own. */

/** A vantage could not be used; the state machine goes on without it. */
export const VANTAGE_FAILURES = [
  /** Too many invocations at the same time, even after the SDK's own retries. */
  'ProberThrottled',
  /** Its function was idle for weeks and is being made ready again, or was made just now. */
  'ProberStarting',
  /** The region's Lambda API could not be reached, or failed by itself (5xx). */
  'ProberUnreachable',
  /** No such function, or no right to invoke it. */
  'ProberMissing',
  /** It threw, or was killed (memory, sandbox) before it answered. */
  'ProberCrashed',
  /** No answer within the batch's budget and the margin for start and way. */
  'ProberTimedOut',
  /** The prober found that it must not do what the batch asks. */
  'ProberRefused',
  /** It answered something that is no result of this batch, or more than 6 MB. */
  'ProberRubbish',
  /** It runs a version of the program that the control stack's can't work with: one of them has to be deployed again. */
  'ProberMismatch',
  /** The key by which proofs of listeners are judged is no longer there: the station was started again, or a day has passed. */
  'ListenerKeyGone',
  /** The result could neither be stored nor handed on: too large, and S3 refused it. */
  'ResultNotStored',
  /** A site vantage that was removed, or has not asked for work for a while: none was put in line for it. */
  'VantageStale',
  /** It took its work, or did not, and was not heard of again. */
  'VantageSilent',
  /** The fleet is stopped: nothing was asked of the prober. */
  'FleetStopped',
] as const;

export const RUN_FAILURES = [
  /** The request makes no sense; the message is one line for the person who wrote it. */
  'RequestRefused',
  /** Another execution has this run id. */
  'RunIdTaken',
  /** The target or the requester has had as many runs within the hour as there may be. */
  'RateLimited',
  /** The fleet is stopped. */
  'FleetStopped',
  /** S3 or DynamoDB failed, after the SDK's own retries. */
  'StoreFailed',
  /** Everything is published, but what changed could not be announced: bus or table failed. */
  'AnnouncementFailed',
  /** The station ended while the run was under way, and was started again. */
  'RunInterrupted',
  /** Nothing on the internet answers the machine of the station: the run says nothing of its targets. */
  'UplinkAway',
  /** What a step got from the one before is not what was agreed: a bug. */
  'StepContractBroken',
] as const;

/** What the plan refuses: not a fault of the fleet, and no retry helps. */
export const PLAN_REFUSALS = [
  'RequestRefused',
  'RateLimited',
  'FleetStopped',
  'RunIdTaken',
] as const satisfies readonly (typeof RUN_FAILURES)[number][];

export type FailureName =
  | (typeof VANTAGE_FAILURES)[number]
  | (typeof RUN_FAILURES)[number]
  | 'BatchRefused'
  /** From the state `Dispatch` to the state `AskSite`: no failure of a run. */
  | 'SiteVantage'
  /** A receiver of an alert did not take it: Lambda invokes the notifier again later with the same event. */
  | 'DeliveryPostponed';

/** Retry with back-off and full jitter: they pass by themselves. */
export const RETRIED = {
  /** In the state `Dispatch`. A crash is tried once more: it may have been the sandbox. */
  dispatch: ['ProberThrottled', 'ProberUnreachable', 'ResultNotStored', 'StoreFailed'],
  dispatchOnce: ['ProberCrashed'],
  /** Passes within minutes, and no sooner for being asked often. */
  dispatchStarting: ['ProberStarting'],
  /** In the states that call plan, judge, report and publish. */
  step: ['StoreFailed', 'AnnouncementFailed'],
} as const satisfies Record<string, readonly FailureName[]>;

/** The error that a handler throws; Lambda makes its name the `errorType` that Retry and Catch see. */
export function failure(name: FailureName, message: string, cause?: unknown): Error {
  const error = new Error(message, cause === undefined ? {} : { cause });
  error.name = name;
  return error;
}

export const isFailure = (error: unknown, name: FailureName): error is Error =>
  error instanceof Error && error.name === name;
