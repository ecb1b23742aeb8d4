/** What the state machines try again, and how: names from lib/service/runs/failure.ts, and those that AWS gives. */
import { Duration } from 'aws-cdk-lib';
import { Errors, JitterType, type RetryProps, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import { type FailureName, RETRIED } from '../service/runs/failure.ts';

/** What Lambda's own service says when it is busy or broken; our code causes none of it. */
const LAMBDA_TRANSIENT = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];
/** A function that was killed. Steps may be repeated: they write the same keys with the same contents. */
const KILLED = [Errors.TIMEOUT, 'Lambda.Unknown', 'Runtime.ExitError', 'Sandbox.Timedout'];

/** Full jitter, so that many runs that were throttled together don't come back together. */
const retry = (errors: readonly string[], maxAttempts: number, maxDelaySeconds: number): RetryProps => ({
  errors: [...errors],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts,
  maxDelay: Duration.seconds(maxDelaySeconds),
  jitterStrategy: JitterType.FULL,
});

/** For plan, judge, report and publish. */
export function retryStep(state: TaskStateBase): void {
  state.addRetry(retry([...LAMBDA_TRANSIENT, ...RETRIED.step], 5, 20));
  state.addRetry(retry(KILLED, 1, 5));
}

/** For the dispatch to one vantage: what passes by itself several times, a crash once, anything else never. */
export function retryDispatch(state: TaskStateBase): void {
  state.addRetry(retry([...LAMBDA_TRANSIENT, ...RETRIED.dispatch], 5, 20));
  state.addRetry(retry(RETRIED.dispatchOnce, 1, 5));
  // Some three minutes: Lambda makes the network interfaces of an idle function again, which takes a minute or more.
  state.addRetry({
    errors: [...RETRIED.dispatchStarting],
    interval: Duration.seconds(10),
    backoffRate: 1.5,
    maxDelay: Duration.seconds(30),
    maxAttempts: 8,
  });
}

/** For putting work in line. What a site vantage answered, or did not, is not asked again. */
export function retryAsking(state: TaskStateBase): void {
  state.addRetry(retry([...LAMBDA_TRANSIENT, 'StoreFailed' satisfies FailureName], 5, 20));
}

/** For sending an event. */
export function retryEvent(state: TaskStateBase): void {
  state.addRetry(retry([Errors.ALL], 4, 20));
}
