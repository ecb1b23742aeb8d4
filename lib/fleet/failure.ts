/** Errors that a step ends with. Step Functions tells them apart by name alone, so each way of failing has its own. */

/** A vantage could not be used; the state machine goes on without it. */
export const VANTAGE_FAILURES = [
  /** Too many invocations at once, even after the SDK's own retries. */
  'ProberThrottled',
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
  /** The result could neither be stored nor handed on: too large, and S3 refused it. */
  'ResultNotStored',
  /** Somebody stopped the fleet: nothing was asked of the prober. */
  'FleetStopped',
] as const;

export const RUN_FAILURES = [
  /** The request makes no sense; the message is one line for whoever wrote it. */
  'RequestRefused',
  /** Another execution has this run id. */
  'RunIdTaken',
  /** The target or the requester has had as many runs within the hour as there may be. */
  'RateLimited',
  /** Somebody stopped the fleet. */
  'FleetStopped',
  /** S3 or DynamoDB failed, after the SDK's own retries. */
  'StoreFailed',
  /** Everything is published, but what changed could not be told: bus or table failed. */
  'AnnouncementFailed',
  /** What a step got from the one before is not what was agreed: a bug. */
  'StepContractBroken',
] as const;

export type FailureName =
  | (typeof VANTAGE_FAILURES)[number]
  | (typeof RUN_FAILURES)[number]
  | 'BatchRefused'
  /** A receiver of an alert did not take it: Lambda invokes the notifier again later with the same event. */
  | 'DeliveryPostponed';

/** Retry with back-off and full jitter: they pass by themselves. */
export const RETRIED = {
  /** In the state `Dispatch`. A crash is tried once more: it may have been the sandbox. */
  dispatch: ['ProberThrottled', 'ProberUnreachable', 'ResultNotStored', 'StoreFailed'],
  dispatchOnce: ['ProberCrashed'],
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
