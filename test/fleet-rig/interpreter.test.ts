import { describe, expect, it } from 'vitest';
import { type ExecuteOptions, execute, MAX_STATE_DATA, stateError } from './interpreter.ts';
import type { Definition } from './states-language.ts';

const context: ExecuteOptions['context'] = {
  Execution: {
    Id: 'arn:aws:states:eu-central-1:123456789012:execution:m:e',
    Name: 'e',
    RoleArn: 'arn:aws:iam::1:role/r',
  },
  StateMachine: { Id: 'arn:aws:states:eu-central-1:123456789012:stateMachine:m', Name: 'm' },
};
const TASK = 'arn:aws:lambda:eu-central-1:123456789012:function:f';

const run = (
  definition: Definition,
  input: unknown,
  task: ExecuteOptions['task'] = () => Promise.resolve({}),
) => execute({ definition, input, context, pace: { retries: { T: 1 } }, task });

const one = (more: Record<string, unknown> = {}): Definition => ({
  StartAt: 'T',
  States: {
    T: {
      Type: 'Task',
      Resource: TASK,
      Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 2, JitterStrategy: 'FULL' }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Lost' }],
      Next: 'Done',
      ...more,
    },
    Lost: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
    Done: { Type: 'Succeed' },
  },
});

describe('interpreter of the rig', () => {
  it('retries by name as often as the state says, and then succeeds', async () => {
    let calls = 0;
    const done = await run(one(), {}, () => {
      calls += 1;
      return calls < 3 ? Promise.reject(stateError('Busy', 'later')) : Promise.resolve({ calls });
    });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { calls: 3 }, retried: ['T', 'T'] });
    expect(done.entered).toEqual(['T', 'Done']);
  });

  it('catches what is not retried, with error and cause', async () => {
    const lost = await run(one(), {}, () => Promise.reject(stateError('Rubbish', 'what?')));
    expect(lost).toMatchObject({ status: 'FAILED', error: 'Rubbish', cause: 'what?', caught: ['T'] });
    expect(lost.entered).toEqual(['T', 'Lost']);
  });

  it('ends a task that takes longer than its timeout', async () => {
    const never = () => new Promise<never>(() => undefined);
    expect(await run(one({ TimeoutSeconds: 1 }), {}, never)).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
    });
  });

  it('fails a task whose result is larger than 256 KiB, past every Catch', async () => {
    const large = () => Promise.resolve('x'.repeat(MAX_STATE_DATA));
    expect(await run(one(), {}, large)).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      caught: [],
    });
  });

  it('fails an execution whose state grew larger than 256 KiB from parts that fit', async () => {
    const half = () => Promise.resolve('x'.repeat(MAX_STATE_DATA * 0.6));
    const twice: Definition = {
      StartAt: 'T',
      States: {
        T: { Type: 'Task', Resource: TASK, ResultPath: '$.a', Next: 'U' },
        U: { Type: 'Task', Resource: TASK, ResultPath: '$.b', Next: 'Done' },
        Done: { Type: 'Succeed' },
      },
    };
    expect(await run(twice, {}, half)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('gives the context object to parameters, inside a Map too', async () => {
    const mapped: Definition = {
      StartAt: 'M',
      States: {
        M: {
          Type: 'Map',
          ItemsPath: '$.items',
          ItemProcessor: {
            StartAt: 'P',
            States: {
              P: { Type: 'Pass', Parameters: { 'name.$': '$$.Execution.Name', 'item.$': '$' }, End: true },
            },
          },
          End: true,
        },
      },
    };
    expect((await run(mapped, { items: [1, 2] })).output).toEqual([
      { name: 'e', item: 1 },
      { name: 'e', item: 2 },
    ]);
  });

  it.each([
    ['a type test that it would get wrong', { Variable: '$.a', IsPresent: false, Next: 'Done' }, /type test/],
    ['JSONata', { Condition: '{% true %}', Next: 'Done', QueryLanguage: 'JSONata' }, /JSONata/],
  ])('refuses %s', async (_, choice, message) => {
    const chosen: Definition = {
      StartAt: 'C',
      States: { C: { Type: 'Choice', Choices: [choice], Default: 'Done' }, Done: { Type: 'Succeed' } },
    };
    await expect(run(chosen, {})).rejects.toThrow(message);
  });
});
