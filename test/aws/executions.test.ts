/** The real SDK client against a Step Functions that answers as the case asks. */
import type { Server } from 'node:http';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSfnExecutions } from '../../lib/aws/executions.ts';
import { startService, stopService } from './service.ts';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:check';
let server: Server;
let answer: object;

beforeEach(async () => {
  server = await startService('SFN', (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
  });
  vi.stubEnv('AWS_REGION', 'eu-west-1');
});
afterEach(() => stopService(server));

const found = { executionArn: `${MACHINE}:a`, startDate: 1_772_357_400, status: 'SUCCEEDED', input: '{}' };

it('reports a run that the plan refused, and that therefore ends well, as one that failed', async () => {
  const failure = { Error: 'RateLimited', Cause: '{"errorMessage":"60 runs of the target shop"}' };
  answer = { ...found, output: JSON.stringify({ request: {}, failure }) };
  expect(await createSfnExecutions({ machine: MACHINE }).find('a')).toMatchObject({
    status: 'FAILED',
    error: 'RateLimited',
    cause: failure.Cause,
  });
});

it.each([
  ['a report', JSON.stringify({ run: {}, reports: [] })],
  ['nothing', undefined],
  ['no JSON', 'x'],
])('takes a run that gave %s for what it is', async (_, output) => {
  answer = { ...found, ...(output !== undefined && { output }) };
  const run = await createSfnExecutions({ machine: MACHINE }).find('a');
  expect(run).toMatchObject({ status: 'SUCCEEDED' });
  expect(run).not.toHaveProperty('error');
});

it('finds the state of a call that failed by the events before it', async () => {
  const input = { vantage: { id: 'eu-west-1-smtp' }, attempt: 1 };
  answer = {
    events: [
      { id: 1, type: 'ExecutionStarted', timestamp: 1, previousEventId: 0 },
      {
        id: 2,
        type: 'TaskStateEntered',
        timestamp: 1,
        previousEventId: 1,
        stateEnteredEventDetails: { name: 'Dispatch', input: JSON.stringify(input) },
      },
      {
        id: 3,
        type: 'TaskStateEntered',
        timestamp: 1,
        previousEventId: 1,
        stateEnteredEventDetails: { name: 'Dispatch', input: '{"vantage":{"id":"other"}}' },
      },
      { id: 4, type: 'LambdaFunctionScheduled', timestamp: 1, previousEventId: 2 },
      { id: 5, type: 'LambdaFunctionStarted', timestamp: 1, previousEventId: 4 },
      {
        id: 6,
        type: 'LambdaFunctionFailed',
        timestamp: 1,
        previousEventId: 5,
        lambdaFunctionFailedEventDetails: { error: 'ProberStarting', cause: '{}' },
      },
    ],
  };
  const passages = await createSfnExecutions({ machine: MACHINE }).passages('a');
  expect(passages.map(({ kind }) => kind)).toEqual(['entered', 'entered', 'failed']);
  expect(passages[2]).toEqual({ kind: 'failed', name: 'Dispatch', data: input, error: 'ProberStarting' });
});
