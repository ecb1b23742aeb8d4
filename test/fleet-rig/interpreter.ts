/** Executes a state machine with aws-local-stepfunctions, and holds it to limits of Step Functions that it does not know. */
import type { EventLog, JSONValue } from './interpreter-types.ts';
import {
  allStates,
  assertInterpretable,
  type Definition,
  isDistributed,
  type State,
} from './states-language.ts';

/** Bytes of a state's input or output (Step Functions quotas). */
export const MAX_STATE_DATA = 262_144;

export interface ExecutionContext {
  readonly Execution: {
    readonly Id: string;
    readonly Name: string;
    readonly RoleArn: string;
    /** ISO 8601; absent: now. */
    readonly StartTime?: string;
  };
  readonly StateMachine: { readonly Id: string; readonly Name: string };
  readonly Task?: { readonly Token: string };
}

export interface Pace {
  /** Milliseconds of these Wait states instead of what they say. */
  readonly waits?: Readonly<Record<string, number>>;
  /** Milliseconds before each retry of these states. */
  readonly retries?: Readonly<Record<string, number>>;
}

export interface ExecuteOptions {
  readonly definition: Definition;
  readonly input: unknown;
  readonly context: ExecutionContext;
  readonly pace: Pace;
  /** Carries out a Task or a Distributed Map; rejects with an error whose name is the one that Retry and Catch see. */
  readonly task: (name: string, state: State, input: unknown) => Promise<unknown>;
  /** Called with every event immediately. */
  readonly onEvent?: (event: EventLog) => void;
  /** Called with each failure of a Task, before Retry and Catch see it. */
  readonly onTaskFailed?: (failed: TaskFailure) => void;
  /** Stops the execution in its current state. */
  readonly signal?: AbortSignal;
}

export interface TaskFailure {
  readonly state: string;
  readonly input: unknown;
  readonly error: string;
  readonly cause: string;
}

export interface Executed {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  /** Names of states in the order in which they were entered; each is a transition that is paid for. */
  readonly entered: readonly string[];
  /** Names of states whose Retry took effect, once for each time. */
  readonly retried: readonly string[];
  /** Names of states whose Catch took effect. */
  readonly caught: readonly string[];
  /** Output of each state, in the order in which they were left. */
  readonly outputs: readonly { readonly name: string; readonly output: unknown }[];
}

/** An error that no Retry and no Catch sees (Step Functions developer guide, "Handling errors"). */
function terminal(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, isRetryable: false, isCatchable: false });
}

export const stateError = (name: string, cause: string): Error => Object.assign(new Error(cause), { name });

export async function execute(options: ExecuteOptions): Promise<Executed> {
  const { definition, input, context, pace, onEvent, signal } = options;
  assertInterpretable(definition);
  const { StateMachine } = await loadInterpreter();
  // Checks the unchanged definition against the States Language's schema.
  new StateMachine(definition as never, {});
  const distributed = new Map(Object.entries(definition.States).filter(([, state]) => isDistributed(state)));
  const runnable = withTasksFor(definition, distributed);
  const machine = new StateMachine(runnable as never, { validationOptions: { noValidate: true } });
  const handlers = Object.fromEntries(
    allStates(runnable)
      .filter(([, { Type }]) => Type === 'Task')
      .map(([name, state]) => [
        name,
        (given: JSONValue) => limited(name, distributed.get(name) ?? state, given, options),
      ]),
  );
  const run = machine.run(input as JSONValue, {
    context: { ...context, Execution: { ...context.Execution } },
    overrides: {
      taskResourceLocalHandlers: handlers,
      waitTimeOverrides: { ...pace.waits },
      retryIntervalOverrides: { ...pace.retries },
    },
  });
  signal?.addEventListener('abort', () => run.abort(), { once: true });
  const result = run.result.then(
    (output): Pick<Executed, 'status' | 'output' | 'error' | 'cause'> => ({ status: 'SUCCEEDED', output }),
    (error: Error): Pick<Executed, 'status' | 'output' | 'error' | 'cause'> => {
      if (error.name === 'ExecutionTimeoutError') return { status: 'TIMED_OUT' };
      if (error.name === 'ExecutionAbortedError') return { status: 'ABORTED' };
      const { name, message } = error.cause instanceof Error ? error.cause : error;
      return { status: 'FAILED', error: name, cause: message };
    },
  );
  const events: EventLog[] = [];
  for await (const event of run.eventLogs) {
    events.push(event);
    onEvent?.(event);
  }
  const named = (type: EventLog['type']): string[] =>
    events.flatMap((event) => (event.type === type && 'state' in event ? [event.state.name] : []));
  return {
    ...(tooLarge(events) ?? (await result)),
    entered: named('StateEntered'),
    retried: named('StateRetried'),
    caught: named('StateCaught'),
    outputs: events.flatMap((event) =>
      event.type === 'StateExited' ? [{ name: event.state.name, output: event.state.output }] : [],
    ),
  };
}

/** The interpreter knows no Distributed Map: it sees a Task in its place, with the same Retry, Catch and paths. */
function withTasksFor(definition: Definition, distributed: ReadonlyMap<string, State>): Definition {
  const kept = ['Next', 'End', 'Retry', 'Catch', 'InputPath', 'ResultSelector', 'ResultPath', 'OutputPath'];
  const asTask = (state: State): State => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::states:distributedMap',
    TimeoutSeconds: 86_400,
    ...Object.fromEntries(Object.entries(state).filter(([field]) => kept.includes(field))),
  });
  return {
    ...definition,
    States: Object.fromEntries(
      Object.entries(definition.States).map(([name, state]) => [
        name,
        distributed.has(name) ? asTask(state) : state,
      ]),
    ),
  };
}

async function limited(
  name: string,
  state: State,
  given: unknown,
  { task, onTaskFailed }: ExecuteOptions,
): Promise<JSONValue> {
  let output: unknown;
  try {
    output = await task(name, state, given);
  } catch (error) {
    if (error instanceof Error)
      onTaskFailed?.({ state: name, input: given, error: error.name, cause: error.message });
    throw error;
  }
  if (sizeOf(output) > MAX_STATE_DATA)
    throw terminal(
      'States.DataLimitExceeded',
      `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  return output as JSONValue;
}

/** What Step Functions would have ended the execution for when it came by. */
function tooLarge(events: readonly EventLog[]): Pick<Executed, 'status' | 'error' | 'cause'> | undefined {
  for (const event of events) {
    if (event.type !== 'StateEntered' && event.type !== 'StateExited') continue;
    const { name, input, output } = event.state;
    if (Math.max(sizeOf(input), sizeOf(output)) > MAX_STATE_DATA)
      return { status: 'FAILED', error: 'States.DataLimitExceeded', cause: `${name} is too large` };
  }
  return undefined;
}

export const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/**
 * The interpreter asks for Node 22 because of `Promise.withResolvers` alone (ECMAScript 2024); with that it runs on
 * Node 20, which this project supports.
 */
async function loadInterpreter(): Promise<typeof import('aws-local-stepfunctions')> {
  const promises = Promise as unknown as { withResolvers?: () => unknown };
  promises.withResolvers ??= () => {
    let resolve: unknown;
    let reject: unknown;
    const promise = new Promise((toResolve, toReject) => {
      resolve = toResolve;
      reject = toReject;
    });
    return { promise, resolve, reject };
  };
  return await import('aws-local-stepfunctions');
}
