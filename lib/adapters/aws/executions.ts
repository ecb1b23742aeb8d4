import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { isFailure } from '../../fleet/failure.ts';
import type { Executions, StatePassage } from '../../ports/executions.ts';
import { clientSettings } from './client-settings.ts';
import { orStoreFailed } from './store-failed.ts';

export interface SfnExecutionsOptions {
  /** ARN. */
  readonly machine: string;
}

/** Pages of an execution's history, of up to 1,000 events or 1 MB; a run of twenty vantages has some hundred events. */
const MAX_PAGES = 8;

/** Runs as executions of a Standard state machine, which keeps them for 90 days and their names as long. */
export function createSfnExecutions({ machine }: SfnExecutionsOptions): Executions {
  const client = new SFNClient(clientSettings);
  const arnOf = (runId: string): string => `${machine.replace(':stateMachine:', ':execution:')}:${runId}`;
  return {
    async start(runId, request) {
      const command = new StartExecutionCommand({
        stateMachineArn: machine,
        name: runId,
        input: JSON.stringify(request),
      });
      const started = await unless(ExecutionAlreadyExists, `start ${runId}`, () => client.send(command));
      return started === undefined ? 'taken' : 'started';
    },
    async find(runId) {
      const command = new DescribeExecutionCommand({ executionArn: arnOf(runId) });
      const found = await unless(ExecutionDoesNotExist, `describe ${runId}`, () => client.send(command));
      if (found?.startDate === undefined) return undefined;
      const { status, stopDate, error, cause, input } = found;
      return {
        // Redrives are not used; who would, sees a run that goes on.
        status: status === undefined || status === 'PENDING_REDRIVE' ? 'RUNNING' : status,
        input: parse(input),
        startedAt: found.startDate.toISOString(),
        ...(stopDate !== undefined && { stoppedAt: stopDate.toISOString() }),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      };
    },
    async passages(runId) {
      const passages: StatePassage[] = [];
      let nextToken: string | undefined;
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const command = new GetExecutionHistoryCommand({
          executionArn: arnOf(runId),
          maxResults: 1_000,
          ...(nextToken !== undefined && { nextToken }),
        });
        const answer = await unless(ExecutionDoesNotExist, `history of ${runId}`, () => client.send(command));
        passages.push(...(answer?.events ?? []).flatMap(passageOf));
        nextToken = answer?.nextToken;
        if (nextToken === undefined) break;
      }
      return passages;
    },
    async stop(runId, reason) {
      const command = new StopExecutionCommand({ executionArn: arnOf(runId), ...reason });
      await unless(ExecutionDoesNotExist, `stop ${runId}`, () => client.send(command));
    },
  };
}

/** `undefined` for the one exception that is an answer. */
async function unless<T>(
  known: typeof ExecutionAlreadyExists | typeof ExecutionDoesNotExist,
  what: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await orStoreFailed(what, work);
  } catch (error) {
    if (isFailure(error, 'StoreFailed') && error.cause instanceof known) return undefined;
    throw error;
  }
}

function passageOf({ stateEnteredEventDetails, stateExitedEventDetails }: HistoryEvent): StatePassage[] {
  if (stateEnteredEventDetails?.name !== undefined)
    return [
      {
        kind: 'entered',
        name: stateEnteredEventDetails.name,
        data: parse(stateEnteredEventDetails.input),
      },
    ];
  if (stateExitedEventDetails?.name !== undefined)
    return [
      { kind: 'exited', name: stateExitedEventDetails.name, data: parse(stateExitedEventDetails.output) },
    ];
  return [];
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
