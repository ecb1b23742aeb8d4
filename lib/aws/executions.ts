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
import * as z from 'zod';
import { parseJson } from '../model/parse-json.ts';
import type { Executions, StatePassage } from '../service/ports/executions.ts';
import { isFailure } from '../service/runs/failure.ts';
import { clientSettings } from './client-settings.ts';
import { orStoreFailed } from './store-failed.ts';

export interface SfnExecutionsOptions {
  /** ARN. */
  readonly machine: string;
}

/** Pages of an execution's history, of up to 1,000 events or 1 MB; a run of twenty vantages has a few hundred events. */
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
      const { stopDate, input, output } = found;
      const { status, error, cause } = refusalIn(output) ?? found;
      return {
        // Redrives are not used; a run that was redriven is shown as running.
        status: status === undefined || status === 'PENDING_REDRIVE' ? 'RUNNING' : status,
        input: parseJson(input),
        startedAt: found.startDate.toISOString(),
        ...(stopDate !== undefined && { stoppedAt: stopDate.toISOString() }),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      };
    },
    async passages(runId) {
      const passages: StatePassage[] = [];
      const passageOf = createPassages();
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

const Refused = z.object({ failure: z.object({ Error: z.string(), Cause: z.string() }) });

/** An execution that the plan refused succeeds in AWS's own count (lib/stacks/run-chain.ts); for us it failed. */
function refusalIn(output: string | undefined) {
  const { data } = Refused.safeParse(parseJson(output));
  return data && ({ status: 'FAILED', error: data.failure.Error, cause: data.failure.Cause } as const);
}

/** `undefined` for the one exception that means "does not exist". */
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

/**
 * A failed call names no state, only the event before it: following these back leads to the one that entered the state (Step
 * Functions API reference, HistoryEvent, previousEventId). Gets events in their order.
 */
function createPassages(): (event: HistoryEvent) => StatePassage[] {
  const entered = new Map<number | undefined, Pick<StatePassage, 'name' | 'data'>>();
  return ({ id, previousEventId, ...event }) => {
    const { stateEnteredEventDetails: begun, stateExitedEventDetails: done } = event;
    if (begun?.name !== undefined) {
      const state = { name: begun.name, data: parseJson(begun.input) };
      entered.set(id, state);
      return [{ kind: 'entered', ...state }];
    }
    if (done?.name !== undefined) return [{ kind: 'exited', name: done.name, data: parseJson(done.output) }];
    const state = entered.get(previousEventId);
    if (state === undefined) return [];
    entered.set(id, state);
    const { error } = event.lambdaFunctionFailedEventDetails ?? {};
    return error === undefined ? [] : [{ kind: 'failed', ...state, error }];
  };
}
