/**
 * Many targets in one execution: a Distributed Map over a JSON array in the run bucket, twenty targets to a child, each
 * child the same chain as a check.
 *
 * Children are Standard and not Express. An Express execution is cut off after 5 minutes, and a batch may take its 240 s
 * once for the first attempt and again for each confirmation; cut off, its measurements would be paid for and lost. It
 * would also start the step functions at least once instead of exactly once. Standard costs 20 cents more for 10,000
 * targets.
 */
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  DistributedMap,
  Errors,
  Fail,
  type IChainable,
  ItemBatcher,
  JsonPath,
  Pass,
  StateMachineType,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridgePutEvents } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { EVENT_SOURCE, SWEEP_FAILED, SWEEP_FINISHED } from '../service/runs/run-events.ts';
import { type RunChainProps, runChain } from './run-chain.ts';
import { retryEvent } from './step-retries.ts';
import { SweepList, SweepResults } from './sweep-objects.ts';

/** Part of the names of the children's executions. */
export const MAP_LABEL = 'Targets';
/** Targets of one child: transitions are shared by so many, and one child's loss is bounded. */
export const TARGETS_PER_CHILD = 20;
/**
 * Children at a time. 10,000 targets are 500 children; 25 at a time have 180 s for each to be done in an hour, which is
 * a first attempt and a confirmation, both with endpoints that time out after 30 s, and the starts of all functions.
 */
export const CHILDREN_AT_A_TIME = 25;
/** Children that may fail before the sweep gives up: a target list with some invalid entries is still checked. */
export const TOLERATED_FAILURE_PERCENTAGE = 10;

export interface SweepChainProps extends Omit<RunChainProps, 'request' | 'refused'> {
  readonly bucket: IBucket;
}

/**
 * Input of an execution: `{request, targetsKey}`. `request` is a `FleetRequest` without `runId` and `targets`, which
 * each child gets of its own; `targetsKey` is the key of a JSON array of targets in the run bucket, below `sweeps/lists/`. Gives the first state.
 */
export function sweepChain(scope: Construct, props: SweepChainProps): IChainable {
  const { bucket, bus, fleetName } = props;
  const map = new DistributedMap(scope, 'SweepTargets', {
    comment: 'A child execution for each twenty targets',
    mapExecutionType: StateMachineType.STANDARD,
    label: MAP_LABEL,
    itemReader: new SweepList(bucket),
    itemBatcher: new ItemBatcher({
      maxItemsPerBatch: TARGETS_PER_CHILD,
      batchInput: { 'request.$': '$.request' },
    }),
    maxConcurrency: CHILDREN_AT_A_TIME,
    toleratedFailurePercentage: TOLERATED_FAILURE_PERCENTAGE,
    resultWriterV2: new SweepResults(bucket),
    resultPath: '$.results',
  });
  map.itemProcessor(child(new Construct(scope, 'Child'), props));
  map.addCatch(sweepFailure(scope, props), { errors: [Errors.ALL], resultPath: '$.failure' });

  const notify = new EventBridgePutEvents(scope, 'NotifySweep', {
    entries: [
      {
        eventBus: bus,
        source: EVENT_SOURCE,
        detailType: SWEEP_FINISHED,
        detail: TaskInput.fromObject({
          fleet: fleetName,
          runId: JsonPath.stringAt('$$.Execution.Name'),
          requestedBy: JsonPath.stringAt('$.request.requestedBy'),
          execution: JsonPath.stringAt('$$.Execution.Id'),
          results: JsonPath.objectAt('$.results'),
        }),
      },
    ],
    resultPath: JsonPath.DISCARD,
  });
  retryEvent(notify);
  const swept = new Succeed(scope, 'Swept');
  notify.addCatch(swept, { errors: [Errors.ALL], resultPath: JsonPath.DISCARD });
  return map.next(notify).next(swept);
}

/** A run of its own. The name of a child's execution is a UUID, which a redrive keeps. */
function child(scope: Construct, props: SweepChainProps): IChainable {
  const batch = new Pass(scope, 'TakeBatch', {
    comment: 'The targets of this child, and what was asked for all of them',
    parameters: {
      request: JsonPath.objectAt('$.BatchInput.request'),
      own: { runId: JsonPath.stringAt('$$.Execution.Name'), targets: JsonPath.objectAt('$.Items') },
    },
  });
  return batch.next(
    runChain(scope, {
      ...props,
      refused: 'failed',
      request: JsonPath.jsonMerge(JsonPath.objectAt('$.request'), JsonPath.objectAt('$.own')),
    }),
  );
}

function sweepFailure(scope: Construct, { bus, fleetName }: SweepChainProps): IChainable {
  const failed = new Fail(scope, 'SweepFailed', {
    errorPath: '$.failure.Error',
    causePath: '$.failure.Cause',
  });
  const notify = new EventBridgePutEvents(scope, 'NotifySweepFailure', {
    entries: [
      {
        eventBus: bus,
        source: EVENT_SOURCE,
        detailType: SWEEP_FAILED,
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
  notify.addCatch(failed, { errors: [Errors.ALL], resultPath: JsonPath.DISCARD });
  return notify.next(failed);
}
