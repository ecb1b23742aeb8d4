/** Tasks that wait for a token (Step Functions developer guide, "Wait for a Callback with Task Token"). */
import { randomBytes } from 'node:crypto';
import { stateError } from './interpreter.ts';
import type { State } from './states-language.ts';

/** In the context object in place of a token, as the interpreter has one context for a whole execution. */
export const TOKEN_IN_CONTEXT = 'TOKEN-OF-THE-TASK';

export interface WaitingTask {
  readonly state: string;
  readonly token: string;
  readonly machineArn: string;
  readonly executionArn: string;
  readonly heartbeats: number;
  /** What it was started with, as text. */
  readonly parameters: string;
}

export interface TaskTokens {
  /** `call` gets the parameters with the token in them, and rejects when the task can't be started. */
  wait(
    task: {
      readonly name: string;
      readonly state: State;
      readonly parameters: unknown;
      readonly machineArn: string;
      readonly executionArn: string;
    },
    call: (parameters: unknown) => Promise<unknown>,
  ): Promise<unknown>;
  /** Undefined: no task waits for this token, or not any more. */
  find(token: string): WaitingTask | undefined;
  succeed(token: string, output: string): void;
  fail(token: string, error: string, cause: string): void;
  beat(token: string): void;
  /** So much time without a heartbeat, or in all, that Step Functions gives the task up. */
  pass(token: string, which: 'HeartbeatSeconds' | 'TimeoutSeconds'): void;
  /** Resolves when a task of this text in its parameters waits and its call has returned. */
  waiting(text: string): Promise<WaitingTask>;
  /** Ends what waits, of an execution that has ended. */
  end(executionArn: string): void;
}

interface Kept extends WaitingTask {
  readonly definition: State;
  heartbeats: number;
  resolve(output: unknown): void;
  reject(error: Error): void;
}

export function createTaskTokens(): TaskTokens {
  const tasks = new Map<string, Kept>();
  const started = new Set<string>();
  const watchers = new Set<() => void>();
  const taken = (token: string): Kept | undefined => {
    const task = tasks.get(token);
    tasks.delete(token);
    return task;
  };
  return {
    async wait({ name, state, parameters, machineArn, executionArn }, call) {
      const token = randomBytes(40).toString('base64url');
      const text = JSON.stringify(parameters).replaceAll(TOKEN_IN_CONTEXT, token);
      const outcome = new Promise<unknown>((resolve, reject) =>
        tasks.set(token, {
          state: name,
          token,
          machineArn,
          executionArn,
          parameters: text,
          definition: state,
          heartbeats: 0,
          resolve,
          reject,
        }),
      );
      // It is heard of by who awaits it below, or nobody.
      outcome.catch(() => undefined);
      try {
        await call(JSON.parse(text));
      } catch (error) {
        tasks.delete(token);
        throw error;
      }
      started.add(token);
      for (const look of [...watchers]) look();
      return outcome;
    },
    find: (token) => tasks.get(token),
    succeed: (token, output) => taken(token)?.resolve(JSON.parse(output)),
    fail: (token, error, cause) => taken(token)?.reject(stateError(error, cause)),
    beat(token) {
      const task = tasks.get(token);
      if (task !== undefined) task.heartbeats += 1;
    },
    pass(token, which) {
      const task = taken(token);
      if (typeof task?.definition[which] !== 'number') throw new Error(`the task has no ${which}`);
      const name = which === 'HeartbeatSeconds' ? 'States.HeartbeatTimeout' : 'States.Timeout';
      task.reject(stateError(name, ''));
    },
    waiting: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = [...tasks.values()].find(
            ({ token, parameters }) => started.has(token) && parameters.includes(text),
          );
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
    end(executionArn) {
      for (const task of [...tasks.values()])
        if (task.executionArn === executionArn) taken(task.token)?.reject(stateError('ExecutionEnded', ''));
    },
  };
}
