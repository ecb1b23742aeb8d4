import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import {
  ANSWER_MARGIN_MS,
  DISPATCHER_TIMEOUT_S,
  MAX_BATCH_MS,
  STEP_TIMEOUT_S,
} from '../../lib/service/runs/limits.ts';
import { WAY_MS } from '../../lib/service/site/queue.ts';
import {
  definitions,
  type MachineDefinition,
  type MachineState,
  Template,
} from '../../lib/stacks/cost/template.ts';
import { countChildTransitions, countTransitions } from '../../lib/stacks/cost/transitions.ts';
import { plainFleet } from './synthesized.ts';

const all = definitions(Template.parse(plainFleet().controlTemplate.toJSON()));
const definition = (name: string): MachineDefinition => {
  const found = all.get(name);
  if (found === undefined) throw new Error(`no state machine ${name}`);
  return found;
};
const check = definition('inbound-check-check');
const sweep = definition('inbound-check-sweep');

/** All states with their names, those of Map states too. */
function states(of: MachineDefinition): [string, MachineState][] {
  return Object.entries(of.States).flatMap(([name, state]): [string, MachineState][] => [
    [name, state],
    ...(state.ItemProcessor === undefined ? [] : states(state.ItemProcessor)),
  ]);
}
const named = (of: MachineDefinition, name: string): MachineState => {
  const found = states(of).find(([each]) => each === name)?.[1];
  if (found === undefined) throw new Error(`no state ${name}`);
  return found;
};

/** ARNs that CloudFormation fills in, as it would. */
function deployed(of: MachineDefinition): unknown {
  return JSON.parse(
    JSON.stringify(of)
      .replaceAll(/\$\{AWS::Partition\}/g, 'aws')
      .replaceAll(/\$\{(\w+)\.Arn\}/g, 'arn:aws:lambda:eu-central-1:123456789012:function:$1')
      .replaceAll(/\$\{(\w+)\}/g, '$1'),
  );
}

describe.each([
  ['check', check],
  ['sweep', sweep],
])('the definition of the state machine %s', (_name, of) => {
  it('is valid Amazon States Language', () => {
    const { isValid, errors } = validate(deployed(of));
    expect(errors).toEqual([]);
    expect(isValid).toBe(true);
  });

  it('is refused by the validator when a state is missing, so that the test above means something', () => {
    const broken = deployed(of) as { States: Record<string, unknown> };
    for (const name of Object.keys(broken.States).slice(1)) delete broken.States[name];
    expect(validate(broken as unknown).isValid).toBe(false);
  });

  it('is JSONPath throughout', () => {
    expect(of.QueryLanguage).toBe('JSONPath');
    expect(JSON.stringify(of)).not.toMatch(/JSONata|\{%/);
  });

  it('gives each task a timeout and jittered retries, and catches what is left', () => {
    for (const [name, state] of states(of)) {
      if (state.Type !== 'Task') continue;
      const retries = state.Retry as { JitterStrategy?: string; MaxAttempts: number }[];
      expect(retries.length, name).toBeGreaterThan(0);
      // Lambda needs its minute to wake a prober up, and is in no hurry because of others.
      for (const retry of retries)
        if (!JSON.stringify(retry).includes('ProberStarting'))
          expect(retry, name).toMatchObject({ JitterStrategy: 'FULL' });
      expect((state.Catch as object[]).at(-1), name).toMatchObject({ ErrorEquals: ['States.ALL'] });
      const calls = JSON.stringify(state.Resource);
      if (!calls.includes('putEvents')) expect(state.TimeoutSeconds, name).toBeGreaterThan(STEP_TIMEOUT_S);
    }
  });

  it('distinguishes a run that could not be published from one that nobody could be notified of', () => {
    expect(named(of, 'Publish').Catch).toMatchObject([
      { ErrorEquals: ['AnnouncementFailed'], Next: 'AnnouncementFailed' },
      { ErrorEquals: ['States.ALL'], Next: 'PublishFailed' },
    ]);
    expect(named(of, 'Publish').Retry).toMatchObject([
      { ErrorEquals: expect.arrayContaining(['StoreFailed', 'AnnouncementFailed']) },
      {},
    ]);
  });

  it('takes the healthy way by default in each choice', () => {
    const defaults = Object.fromEntries(
      states(of)
        .filter(([, state]) => state.Type === 'Choice')
        .map(([name, state]) => [name, state.Default]),
    );
    expect(defaults).toEqual({ NeedsConfirmation: 'MakeReport', 'Published?': 'Finished' });
  });
});

describe('the states of a run', () => {
  it.each([
    ['check', check],
    ['sweep', sweep],
  ])('have the same fixed names in %s', (_name, of) => {
    expect(states(of).map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'AuthoriseAndPlan',
        'ProbeFromVantages',
        'Dispatch',
        'VantageUnavailable',
        'DiagnoseAndJudge',
        'NeedsConfirmation',
        'WaitBeforeConfirming',
        'MakeReport',
        'Publish',
        'PublishFailed',
        'AnnouncementFailed',
        'Notify',
        'NotifyFailure',
        'Published?',
        'Finished',
        'Unpublished',
        'Untold',
        'Failed',
      ]),
    );
  });

  it('give the plan the request and the execution', () => {
    expect(named(check, 'AuthoriseAndPlan').Parameters).toEqual({
      'request.$': '$',
      execution: { 'id.$': '$$.Execution.Id', 'startedAt.$': '$$.Execution.StartTime' },
    });
  });

  it('wait longer for a dispatcher than it may run', () => {
    expect(named(check, 'Dispatch').TimeoutSeconds).toBeGreaterThan(DISPATCHER_TIMEOUT_S);
  });

  it('retry what passes by itself and never what a prober should not have said', () => {
    const retried = (named(check, 'Dispatch').Retry as { ErrorEquals: string[] }[]).flatMap(
      ({ ErrorEquals }) => ErrorEquals,
    );
    expect(retried).toEqual(
      expect.arrayContaining(['ProberThrottled', 'ProberUnreachable', 'ProberCrashed']),
    );
    for (const name of ['ProberRubbish', 'ProberMissing', 'ProberRefused', 'ProberTimedOut', 'States.ALL'])
      expect(retried).not.toContain(name);
  });

  it('go on without a vantage that is lost', () => {
    expect(named(check, 'Dispatch').Catch).toEqual([
      { ErrorEquals: ['SiteVantage'], ResultPath: null, Next: 'AskSite' },
      { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'VantageUnavailable' },
    ]);
    expect(named(check, 'VantageUnavailable')).toMatchObject({
      Type: 'Pass',
      End: true,
      Parameters: { 'vantage.$': '$.vantage.id', 'attempt.$': '$.attempt', 'error.$': '$.failure.Error' },
    });
  });
});

describe('the state of a site vantage', () => {
  it.each([
    ['check', check],
    ['sweep', sweep],
  ])('waits for its answer by task token, and as long as it is heard of, in %s', (_name, of) => {
    expect(named(of, 'AskSite')).toMatchObject({
      Resource: expect.stringMatching(/:states:::lambda:invoke\.waitForTaskToken$/),
      Parameters: { Payload: { 'dispatch.$': '$', 'token.$': '$$.Task.Token' } },
      HeartbeatSeconds: 60,
      End: true,
      Catch: [
        { ErrorEquals: ['States.HeartbeatTimeout'], ResultPath: null, Next: 'VantageSilent' },
        { ErrorEquals: ['States.Timeout'], ResultPath: null, Next: 'VantageLate' },
        { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'VantageUnavailable' },
      ],
    });
    // Longer than any work of it has.
    const most = (MAX_BATCH_MS + ANSWER_MARGIN_MS + WAY_MS) / 1_000;
    expect(named(of, 'AskSite').TimeoutSeconds).toBeGreaterThan(most);
  });

  it('asks again for what passes by itself, and never for what it answered', () => {
    const [{ ErrorEquals = [] } = {}, ...more] = named(check, 'AskSite').Retry as { ErrorEquals: string[] }[];
    expect(more).toEqual([]);
    expect(ErrorEquals).toContain('StoreFailed');
    for (const one of ErrorEquals) expect(one).toMatch(/^Lambda\.|^StoreFailed$/);
  });

  it.each(['VantageSilent', 'VantageLate'])('%s asks for no cause, which a timeout has not', (name) => {
    expect(JSON.stringify(named(check, name))).not.toContain('$.failure');
  });
});

describe('the sweep', () => {
  const map = named(sweep, 'SweepTargets');

  it('reads its targets from the run bucket, twenty to a child, and writes what became of them there', () => {
    expect(map).toMatchObject({
      ItemReader: {
        Resource: expect.stringMatching(/:states:::s3:getObject$/),
        ReaderConfig: { InputType: 'JSON' },
        Parameters: { 'Key.$': '$.targetsKey' },
      },
      ItemBatcher: { MaxItemsPerBatch: 20, BatchInput: { 'request.$': '$.request' } },
      ResultWriter: { Parameters: { Prefix: 'sweeps/results' } },
      ToleratedFailurePercentage: 10,
      MaxConcurrency: 25,
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
    });
  });

  it('makes of each batch a request of its own', () => {
    expect(named(sweep, 'TakeBatch').Parameters).toEqual({
      'request.$': '$.BatchInput.request',
      own: { 'runId.$': '$$.Execution.Name', 'targets.$': '$.Items' },
    });
    expect(named(sweep, 'AuthoriseAndPlan').Parameters).toMatchObject({
      'request.$': 'States.JsonMerge($.request, $.own, false)',
    });
  });
});

describe('transitions', () => {
  // 8 states of the chain, the Map, and Dispatch for each vantage; one for the start.
  it('a healthy check from five vantages makes 15', () => {
    expect(countTransitions(check, { items: 5, confirmations: 0 })).toBe(15);
  });

  it('a confirmation adds the pause, the Map, its items, the judge and the choice', () => {
    expect(countTransitions(check, { items: 5, confirmations: 1 })).toBe(15 + 1 + 1 + 5 + 1 + 1);
  });

  it('a child of a sweep makes one more, whatever the number of its targets', () => {
    expect(countChildTransitions(sweep, { items: 5, confirmations: 0 })).toBe(16);
  });

  it('the sweep itself makes four', () => {
    expect(countTransitions(sweep, { items: 5, confirmations: 0 })).toBe(4);
  });
});
