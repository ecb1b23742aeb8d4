/** Step Functions' API over the interpreter: start, describe, history, list, stop, each by the rights of who asks. */
import { type Front, type FrontOptions, startFront } from './front.ts';
import type { Executed, TaskFailure } from './interpreter.ts';
import type { EventLog } from './interpreter-types.ts';
import { type ApiAnswer, type ApiRequest, jsonError } from './loopback-server.ts';
import type { TaskTokens } from './task-tokens.ts';

export interface StateMachineApi {
  readonly name: string;
  readonly arn: string;
}

/** What a running execution reports, and how it is ended. */
export interface Watch {
  readonly startTime: string;
  readonly onEvent: (event: EventLog) => void;
  readonly onTaskFailed: (failed: TaskFailure) => void;
  readonly signal: AbortSignal;
}

export interface StatesApiOptions<M extends StateMachineApi, E extends Executed> {
  readonly machines: readonly M[];
  readonly tokens: TaskTokens;
  readonly authorise: FrontOptions['authorise'];
  readonly run: (machine: M, arn: string, name: string, input: unknown, watch: Watch) => Promise<E>;
}

export interface StatesApi<E extends Executed> extends Front {
  /** Resolves when the execution of that name has ended; rejects if it was not started. */
  ended(name: string): Promise<E>;
  /** Names of executions that were started here, oldest first. */
  readonly started: () => readonly string[];
}

interface Kept<E> {
  readonly name: string;
  readonly arn: string;
  readonly machine: StateMachineApi;
  /** As text, because the same input again is told by it. */
  readonly input: string;
  readonly startTime: string;
  readonly events: HistoryEvent[];
  readonly stop: AbortController;
  readonly running: Promise<E>;
  status: 'RUNNING' | Executed['status'];
  stopTime?: string;
  output?: string;
  error?: string;
  cause?: string;
}

interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly [details: string]: unknown;
}

/** Bytes of an input (Step Functions quotas). */
const MAX_INPUT = 262_144;
const TARGET =
  /^AWSStepFunctions\.(StartExecution|DescribeExecution|GetExecutionHistory|ListExecutions|StopExecution|SendTaskSuccess|SendTaskFailure|SendTaskHeartbeat)$/;

interface Parameters {
  readonly stateMachineArn?: string;
  readonly executionArn?: string;
  readonly name?: string;
  readonly input?: string;
  readonly taskToken?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly statusFilter?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly reverseOrder?: boolean;
}

const parametersOf = ({ body }: ApiRequest): Parameters => JSON.parse(body.toString() || '{}') as Parameters;
const json = (body: unknown): ApiAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(body),
});
const seconds = (iso: string): number => Date.parse(iso) / 1_000;

export async function startStatesApi<M extends StateMachineApi, E extends Executed>({
  machines,
  tokens,
  authorise,
  run,
}: StatesApiOptions<M, E>): Promise<StatesApi<E>> {
  const executions = new Map<string, Kept<E>>();

  function start({ stateMachineArn, name = '', input = '{}' }: Parameters): ApiAnswer {
    const machine = machines.find(({ arn }) => arn === stateMachineArn);
    if (machine === undefined)
      return jsonError(400, 'StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
    if (!/^[\w-]{1,80}$/.test(name)) return jsonError(400, 'InvalidName', `Invalid Name: '${name}'`);
    if (Buffer.byteLength(input) > MAX_INPUT) return jsonError(400, 'InvalidExecutionInput', 'too large');
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = executions.get(arn);
    // Idempotent while it runs, and for the same input alone (Step Functions API reference, StartExecution).
    if (known !== undefined)
      return known.status === 'RUNNING' && known.input === input
        ? json({ executionArn: arn, startDate: seconds(known.startTime) })
        : jsonError(400, 'ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    const kept = begin(machine, arn, name, input);
    executions.set(arn, kept);
    return json({ executionArn: arn, startDate: seconds(kept.startTime) });
  }

  function begin(machine: M, arn: string, name: string, input: string): Kept<E> {
    const stop = new AbortController();
    const startTime = new Date().toISOString();
    const events: HistoryEvent[] = [];
    const watch: Watch = {
      startTime,
      signal: stop.signal,
      onEvent: (event) => {
        const made = historyEvent(event, events.length + 1);
        if (made !== undefined) events.push(made);
      },
      onTaskFailed: (failed) => events.push(...failureEvents(events, failed)),
    };
    const running = run(machine, arn, name, JSON.parse(input), watch).then((executed) => {
      kept.stopTime ??= new Date().toISOString();
      if (kept.status === 'RUNNING') {
        kept.status = executed.status;
        if (executed.output !== undefined) kept.output = JSON.stringify(executed.output);
        if (executed.error !== undefined) kept.error = executed.error;
        if (executed.cause !== undefined) kept.cause = executed.cause;
      }
      return executed;
    });
    // Who waits by `ended` hears of a broken rig; nobody else has to.
    running.catch(() => {
      kept.status = 'FAILED';
      kept.error = 'RigBroken';
    });
    const kept: Kept<E> = { name, arn, machine, input, startTime, events, stop, running, status: 'RUNNING' };
    return kept;
  }

  function about(operation: string, given: Parameters): ApiAnswer {
    const kept = executions.get(given.executionArn ?? '');
    if (kept === undefined)
      return jsonError(400, 'ExecutionDoesNotExist', `Execution Does Not Exist: '${given.executionArn}'`);
    if (operation === 'DescribeExecution') return json({ ...summary(kept), ...details(kept) });
    if (operation === 'GetExecutionHistory') return json(page(kept, given));
    if (kept.status === 'RUNNING') {
      kept.status = 'ABORTED';
      kept.stopTime = new Date().toISOString();
      if (given.error !== undefined) kept.error = given.error;
      if (given.cause !== undefined) kept.cause = given.cause;
      kept.stop.abort();
    }
    return json({ stopDate: seconds(kept.stopTime ?? kept.startTime) });
  }

  function tell(
    operation: string,
    { taskToken = '', output = '', error = '', cause = '' }: Parameters,
  ): ApiAnswer {
    if (tokens.find(taskToken) === undefined)
      return jsonError(400, 'TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    if (operation === 'SendTaskSuccess') tokens.succeed(taskToken, output);
    else if (operation === 'SendTaskFailure') tokens.fail(taskToken, error, cause);
    else tokens.beat(taskToken);
    return json({});
  }

  const front = await startFront({
    actionOf(request) {
      const operation = TARGET.exec(String(request.headers['x-amz-target']))?.[1];
      if (operation === undefined) return undefined;
      const { stateMachineArn, executionArn, taskToken = '' } = parametersOf(request);
      // IAM judges what is said of a task by its state machine; of one that is over, by any.
      const ofTask = operation.startsWith('SendTask')
        ? (tokens.find(taskToken)?.machineArn ?? machines[0]?.arn)
        : undefined;
      return { action: `states:${operation}`, resource: executionArn ?? stateMachineArn ?? ofTask ?? '' };
    },
    authorise,
    deny: (message) => jsonError(400, 'AccessDeniedException', message),
    async service(request, { action }) {
      const operation = action.replace('states:', '');
      const given = parametersOf(request);
      if (operation === 'StartExecution') return start(given);
      if (operation.startsWith('SendTask')) return tell(operation, given);
      if (operation !== 'ListExecutions') return about(operation, given);
      const all = [...executions.values()].filter(
        ({ machine, status }) =>
          machine.arn === given.stateMachineArn &&
          (given.statusFilter === undefined || status === given.statusFilter),
      );
      return json({
        executions: all
          .reverse()
          .slice(0, given.maxResults ?? 100)
          .map(summary),
      });
    },
  });
  const closeFront = front.close;
  return Object.assign(front, {
    started: () => [...executions.values()].map(({ name }) => name),
    async ended(name: string) {
      const kept = [...executions.values()].find((one) => one.name === name);
      if (kept === undefined) throw new Error(`nobody has started ${name}`);
      return kept.running;
    },
    async close() {
      for (const { stop } of executions.values()) stop.abort();
      await closeFront();
    },
  });
}

const summary = ({ arn, machine, name, status, startTime, stopTime }: Kept<unknown>) => ({
  executionArn: arn,
  stateMachineArn: machine.arn,
  name,
  status,
  startDate: seconds(startTime),
  ...(stopTime !== undefined && { stopDate: seconds(stopTime) }),
});

const details = ({ input, output, error, cause }: Kept<unknown>) => ({
  input,
  ...(output !== undefined && { output }),
  ...(error !== undefined && { error }),
  ...(cause !== undefined && { cause }),
});

function page(
  { events }: Kept<unknown>,
  { maxResults = 100, nextToken = '0', reverseOrder = false }: Parameters,
): object {
  const ordered = reverseOrder ? [...events].reverse() : events;
  const from = Number(nextToken);
  const next = from + maxResults;
  return {
    events: ordered.slice(from, next),
    ...(next < ordered.length && { nextToken: String(next) }),
  };
}

/**
 * One call of a function that failed, as Step Functions reports it: scheduled, started and failed, each with the event
 * before it. The state is named by none of them, only by the event that entered it.
 */
function failureEvents(
  events: readonly HistoryEvent[],
  { state, input, error, cause }: TaskFailure,
): HistoryEvent[] {
  const text = JSON.stringify(input);
  const isStart = ({ type, stateEnteredEventDetails }: HistoryEvent): boolean => {
    const { name, input: given } = (stateEnteredEventDetails ?? {}) as { name?: string; input?: string };
    return type === 'TaskStateEntered' && name === state && given === text;
  };
  const entered = events.findLast(isStart);
  if (entered === undefined) return [];
  let last = entered;
  for (const event of events)
    if (event.previousEventId === last.id && event.type.startsWith('Lambda')) last = event;
  const next = events.length + 1;
  const timestamp = Date.now() / 1_000;
  return [
    { id: next, previousEventId: last.id, timestamp, type: 'LambdaFunctionScheduled' },
    { id: next + 1, previousEventId: next, timestamp, type: 'LambdaFunctionStarted' },
    {
      id: next + 2,
      previousEventId: next + 1,
      timestamp,
      type: 'LambdaFunctionFailed',
      lambdaFunctionFailedEventDetails: { error, cause },
    },
  ];
}

/** States that were entered and left, as Step Functions reports them; beside these the rig has failed calls alone. */
function historyEvent(event: EventLog, id: number): HistoryEvent | undefined {
  if (event.type !== 'StateEntered' && event.type !== 'StateExited') return undefined;
  const { name, type, input, output } = event.state;
  const base = { id, previousEventId: id - 1, timestamp: event.timestamp / 1_000 };
  return event.type === 'StateEntered'
    ? {
        ...base,
        type: `${type}StateEntered`,
        stateEnteredEventDetails: { name, input: JSON.stringify(input) },
      }
    : {
        ...base,
        type: `${type}StateExited`,
        stateExitedEventDetails: { name, output: JSON.stringify(output) },
      };
}
