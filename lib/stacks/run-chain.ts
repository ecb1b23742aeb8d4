/**
 * The states of a run, the same for a check and for each child of a sweep. Plain Amazon States Language over JSONPath:
 * what is waited for, retried and caught is written here and not in code. The names are fixed: the rig of the tests and
 * docs/deploy.md use them. In every Choice the default is the path without failures; lib/stacks/cost/transitions.ts counts by it.
 */
import { Duration } from 'aws-cdk-lib';
import type { IEventBusRef } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  Errors,
  Fail,
  type IChainable,
  IntegrationPattern,
  JsonPath,
  Map as MapState,
  Pass,
  Succeed,
  TaskInput,
  type TaskStateBase,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridgePutEvents, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { type FailureName, PLAN_REFUSALS } from '../service/runs/failure.ts';
import { DISPATCH_STATE_TIMEOUT_S, SITE_SILENT_S, STEP_TIMEOUT_S } from '../service/runs/limits.ts';
import { EVENT_SOURCE, RUN_FAILED, RUN_FINISHED } from '../service/runs/run-events.ts';
import { retryAsking, retryDispatch, retryEvent, retryStep } from './step-retries.ts';

export interface RunChainProps {
  readonly functions: {
    readonly plan: IFunction;
    readonly dispatcher: IFunction;
    readonly queue: IFunction;
    readonly judge: IFunction;
    readonly report: IFunction;
    readonly publish: IFunction;
  };
  readonly bus: IEventBusRef;
  /** It is in the events, to distinguish two fleets in one account. */
  readonly fleetName: string;
  /** What the plan gets as `request`: a path, or an object with paths in it. */
  readonly request: unknown;
  /**
   * How an execution ends that the plan refused. `succeeded` leaves AWS's count of failed executions to what is wrong
   * with the fleet: `failure` in its output says what it is (lib/aws/executions.ts). Children of a sweep fail, so that
   * they are counted, and a redrive repeats them.
   */
  readonly refused: 'succeeded' | 'failed';
}

/** Adds the states to `scope`; gives the first. */
export function runChain(scope: Construct, props: RunChainProps): IChainable {
  const { functions, request } = props;
  const plan = invoke(scope, 'AuthoriseAndPlan', {
    lambdaFunction: functions.plan,
    comment: 'May the fleet probe these targets? Which vantage probes what?',
    payload: TaskInput.fromObject({
      request,
      execution: {
        id: JsonPath.stringAt('$$.Execution.Id'),
        startedAt: JsonPath.stringAt('$$.Execution.StartTime'),
      },
    }),
  });
  const probe = new MapState(scope, 'ProbeFromVantages', {
    comment: 'One dispatch a vantage, whatever the number of endpoints',
    itemsPath: '$.dispatches',
    resultPath: '$.latest',
  });
  probe.itemProcessor(dispatch(scope, functions));
  const judge = invoke(scope, 'DiagnoseAndJudge', {
    lambdaFunction: functions.judge,
    comment: 'What failed, and must it be probed again before it counts?',
  });
  const report = invoke(scope, 'MakeReport', {
    lambdaFunction: functions.report,
    comment: 'Writes a report for each target to the run bucket',
  });
  for (const step of [plan, judge, report]) retryStep(step);

  if (props.refused === 'succeeded') {
    const end = new Succeed(scope, 'Refused', { comment: 'No fault of the fleet, so no alarm' });
    plan.addCatch(tellFailure(scope, 'NotifyRefusal', props, end), {
      errors: [...PLAN_REFUSALS],
      resultPath: '$.failure',
    });
  }
  const failed = failure(scope, props);
  for (const state of [plan, probe, judge, report])
    state.addCatch(failed, { errors: [Errors.ALL], resultPath: '$.failure' });

  plan.next(probe).next(judge);
  const pause = new Wait(scope, 'WaitBeforeConfirming', {
    comment: 'Another moment: a flap is no fault',
    time: WaitTime.secondsPath('$.confirm.pauseSeconds'),
  });
  judge.next(
    new Choice(scope, 'NeedsConfirmation')
      .when(Condition.booleanEquals('$.confirm.needed', true), pause.next(probe))
      .otherwise(report),
  );
  report.next(publication(scope, props));
  return plan;
}

interface InvokeProps {
  readonly lambdaFunction: IFunction;
  readonly comment: string;
  readonly payload?: TaskInput;
  readonly resultPath?: string;
  readonly timeoutSeconds?: number;
}

/** A Task whose Resource is the function itself, so that its answer is the state's result without a wrapping. */
function invoke(scope: Construct, name: string, { timeoutSeconds, ...props }: InvokeProps): LambdaInvoke {
  return new LambdaInvoke(scope, name, {
    ...props,
    payloadResponseOnly: true,
    // Retries are ours (step-retries.ts), with jitter.
    retryOnServiceExceptions: false,
    // A little longer than the function's own timeout, which gives the better error.
    taskTimeout: Timeout.duration(Duration.seconds(timeoutSeconds ?? STEP_TIMEOUT_S + 10)),
  });
}

/** Asks one vantage. One that gives nothing becomes an item that says so, and the run goes on. */
function dispatch(
  scope: Construct,
  { dispatcher: lambdaFunction, queue }: Pick<RunChainProps['functions'], 'dispatcher' | 'queue'>,
): IChainable {
  const state = invoke(scope, 'Dispatch', {
    lambdaFunction,
    comment: 'Invokes the prober of one vantage, in whatever region it is',
    timeoutSeconds: DISPATCH_STATE_TIMEOUT_S,
  });
  retryDispatch(state);
  const unavailable = new Pass(scope, 'VantageUnavailable', {
    comment: 'prober.unavailable in the report; never blamed on the target',
    parameters: {
      vantage: JsonPath.stringAt('$.vantage.id'),
      attempt: JsonPath.numberAt('$.attempt'),
      error: JsonPath.stringAt('$.failure.Error'),
      cause: JsonPath.stringAt('$.failure.Cause'),
    },
  });
  return state
    .addCatch(askSite(scope, queue, unavailable), {
      errors: ['SiteVantage' satisfies FailureName],
      resultPath: JsonPath.DISCARD,
    })
    .addCatch(unavailable, { errors: [Errors.ALL], resultPath: '$.failure' });
}

/** Waits for a machine that asks for its work by itself; each of its questions is a heartbeat. */
function askSite(scope: Construct, queue: IFunction, unavailable: IChainable): TaskStateBase {
  const state = new LambdaInvoke(scope, 'AskSite', {
    lambdaFunction: queue,
    comment: 'Puts work in line for a site vantage and waits for its answer',
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    payload: TaskInput.fromObject({ dispatch: JsonPath.objectAt('$'), token: JsonPath.taskToken }),
    retryOnServiceExceptions: false,
    heartbeatTimeout: Timeout.duration(Duration.seconds(SITE_SILENT_S)),
    taskTimeout: Timeout.duration(Duration.seconds(DISPATCH_STATE_TIMEOUT_S)),
  });
  retryAsking(state);
  const lost = (name: string, comment: string, error: FailureName, errorMessage: string): Pass =>
    new Pass(scope, name, {
      comment,
      parameters: {
        vantage: JsonPath.stringAt('$.vantage.id'),
        attempt: JsonPath.numberAt('$.attempt'),
        error,
        // A timeout of Step Functions has no cause of its own; this is as Lambda writes one.
        cause: JSON.stringify({ errorMessage }),
      },
    });
  const silent = lost(
    'VantageSilent',
    'It has stopped asking for work; never blamed on the target',
    'VantageSilent',
    `it was not heard of for ${SITE_SILENT_S} s`,
  );
  const late = lost(
    'VantageLate',
    'It asks, and has not answered',
    'ProberTimedOut',
    'it gave no answer in its time',
  );
  state.addCatch(silent, { errors: [Errors.HEARTBEAT_TIMEOUT], resultPath: JsonPath.DISCARD });
  state.addCatch(late, { errors: [Errors.TIMEOUT], resultPath: JsonPath.DISCARD });
  return state.addCatch(unavailable, { errors: [Errors.ALL], resultPath: '$.failure' });
}

/** Publish, tell, end. When the table refuses, the reports are in the bucket all the same, and the run ends as failed. */
function publication(scope: Construct, { functions, bus, fleetName }: RunChainProps): IChainable {
  const publish = invoke(scope, 'Publish', {
    lambdaFunction: functions.publish,
    comment: 'Conditional writes: a newer state is never overwritten',
    resultPath: '$.publication',
  });
  retryStep(publish);
  const publishFailed = new Pass(scope, 'PublishFailed', {
    parameters: {
      published: false,
      error: JsonPath.stringAt('$.failure.Error'),
      cause: JsonPath.stringAt('$.failure.Cause'),
    },
    resultPath: '$.publication',
  });
  const announcementFailed = new Pass(scope, 'AnnouncementFailed', {
    comment: 'Published all the same; the next run tells what this one could not',
    parameters: {
      published: true,
      untold: true,
      error: JsonPath.stringAt('$.failure.Error'),
      cause: JsonPath.stringAt('$.failure.Cause'),
    },
    resultPath: '$.publication',
  });
  publish.addCatch(announcementFailed, {
    errors: ['AnnouncementFailed' satisfies FailureName],
    resultPath: '$.failure',
  });
  publish.addCatch(publishFailed, { errors: [Errors.ALL], resultPath: '$.failure' });

  const notify = new EventBridgePutEvents(scope, 'Notify', {
    entries: [
      {
        eventBus: bus,
        source: EVENT_SOURCE,
        detailType: RUN_FINISHED,
        detail: TaskInput.fromObject({
          fleet: fleetName,
          runId: JsonPath.stringAt('$.run.runId'),
          requestedBy: JsonPath.stringAt('$.run.requestedBy'),
          finishedAt: JsonPath.stringAt('$.finishedAt'),
          verdict: JsonPath.stringAt('$.verdict'),
          published: JsonPath.objectAt('$.publication.published'),
          reports: JsonPath.objectAt('$.reports'),
          execution: JsonPath.stringAt('$$.Execution.Id'),
        }),
      },
    ],
    resultPath: JsonPath.DISCARD,
  });
  retryEvent(notify);
  const unpublished = new Fail(scope, 'Unpublished', {
    comment: 'Fails, so that the alarm goes off',
    errorPath: '$.publication.error',
    causePath: '$.publication.cause',
  });
  const untold = new Fail(scope, 'Untold', {
    comment: 'Fails, so that the alarm goes off: it may be the only remaining sign of a change',
    errorPath: '$.publication.error',
    causePath: '$.publication.cause',
  });
  const published = new Choice(scope, 'Published?')
    .when(Condition.booleanEquals('$.publication.published', false), unpublished)
    .when(Condition.isPresent('$.publication.untold'), untold)
    .otherwise(new Succeed(scope, 'Finished'));
  // A failed announcement does not make the run fail: its verdict is in the table.
  notify.addCatch(published, { errors: [Errors.ALL], resultPath: JsonPath.DISCARD });

  publishFailed.next(notify);
  announcementFailed.next(notify);
  publish.next(notify).next(published);
  return publish;
}

/** The failure path of a run. What the dispatcher stored of it stays in the bucket. */
function failure(scope: Construct, props: RunChainProps): IChainable {
  const failed = new Fail(scope, 'Failed', { errorPath: '$.failure.Error', causePath: '$.failure.Cause' });
  return tellFailure(scope, 'NotifyFailure', props, failed);
}

/** Announces that there will be no report, and ends. */
function tellFailure(
  scope: Construct,
  name: string,
  { bus, fleetName }: RunChainProps,
  end: Fail | Succeed,
): IChainable {
  const notify = new EventBridgePutEvents(scope, name, {
    entries: [
      {
        eventBus: bus,
        source: EVENT_SOURCE,
        detailType: RUN_FAILED,
        // From the execution and not from its input, which may be the very thing that is wrong.
        detail: TaskInput.fromObject({
          fleet: fleetName,
          runId: JsonPath.stringAt('$$.Execution.Name'),
          execution: JsonPath.stringAt('$$.Execution.Id'),
          error: JsonPath.stringAt('$.failure.Error'),
          cause: JsonPath.stringAt('$.failure.Cause'),
        }),
      },
    ],
    resultPath: JsonPath.DISCARD,
  });
  retryEvent(notify);
  notify.addCatch(end, { errors: [Errors.ALL], resultPath: JsonPath.DISCARD });
  return notify.next(end);
}
