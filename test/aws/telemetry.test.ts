import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTelemetry } from '../../lib/aws/telemetry.ts';

let written = '';
beforeEach(() => {
  written = '';
  vi.stubEnv(
    '_X_AMZN_TRACE_ID',
    'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
  );
  const keep = (chunk: unknown) => {
    written += String(chunk);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
const lines = (): Record<string, unknown>[] =>
  written
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

it('writes one JSON object a line, with the ids that were given once in each', () => {
  const log = createTelemetry({ service: 'dispatcher' })
    .with({ runId: 'run-1' })
    .with({ vantage: 'eu-west-1' });
  log.info('vantage answered\nwith a break', { endpoints: 3 });
  log.error('failed', { vantage: 'us-east-1' });
  const common = {
    service: 'dispatcher',
    runId: 'run-1',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793',
  };
  expect(lines()).toMatchObject([
    {
      ...common,
      level: 'INFO',
      message: 'vantage answered\nwith a break',
      vantage: 'eu-west-1',
      endpoints: 3,
    },
    { ...common, level: 'ERROR', message: 'failed', vantage: 'us-east-1' },
  ]);
});

it('does not let the ids of one invocation into the lines of another', () => {
  const telemetry = createTelemetry({ service: 'dispatcher' });
  telemetry.with({ runId: 'run-1' }).info('one');
  telemetry.info('other');
  expect(lines().map(({ runId }) => runId)).toEqual(['run-1', undefined]);
});

it('writes each metric at once, in the Embedded Metric Format, with the ids with it, for its own fleet', () => {
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'inbound-check-dispatcher');
  const log = createTelemetry({ service: 'dispatcher' }).with({ runId: 'run-1', vantage: 'eu-west-1' });
  log.metric('VantageFailed', 1, 'Count', { vantage: 'eu-west-1' });
  expect(lines()).toEqual([
    {
      runId: 'run-1',
      service: 'dispatcher',
      fleet: 'inbound-check',
      vantage: 'eu-west-1',
      VantageFailed: 1,
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'InboundCheck',
            Dimensions: [['service', 'fleet', 'vantage']],
            Metrics: [{ Name: 'VantageFailed', Unit: 'Count' }],
          },
        ],
      },
    },
  ]);
});

it.each([
  ['second-fleet-prober-eu-west-1-smtp', 'prober', 'second-fleet'],
  ['my-api-api', 'api', 'my-api'],
  ['', 'api', 'none'],
])('reads the fleet from the function’s name %j', (name, service, fleet) => {
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', name);
  createTelemetry({ service }).metric('Any', 1, 'Count');
  expect(lines()).toMatchObject([{ fleet, service }]);
});
