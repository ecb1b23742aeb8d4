import { expect, it } from 'vitest';
import { createTelemetry } from '../../../lib/adapters/aws/telemetry.ts';

function telemetry() {
  const lines: string[] = [];
  const made = createTelemetry({
    service: 'dispatcher',
    write: (line) => void lines.push(line),
    now: () => Date.parse('2026-03-01T09:30:00.000Z'),
    environment: { _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f;Sampled=1' },
  });
  return { made, lines, objects: () => lines.map((line) => JSON.parse(line)) };
}

it('writes one JSON object a line, with the ids that were given once in each', () => {
  const { made, lines, objects } = telemetry();
  const log = made.with({ runId: 'run-1' }).with({ vantage: 'eu-west-1' });
  log.info('vantage answered\nwith a break', { endpoints: 3 });
  log.error('failed', { vantage: 'us-east-1' });
  const common = {
    time: '2026-03-01T09:30:00.000Z',
    service: 'dispatcher',
    runId: 'run-1',
    trace: '1-5759e988-bd862e3fe1be46a994272793',
  };
  expect(objects()).toEqual([
    {
      ...common,
      level: 'info',
      message: 'vantage answered\nwith a break',
      vantage: 'eu-west-1',
      endpoints: 3,
    },
    { ...common, level: 'error', message: 'failed', vantage: 'us-east-1' },
  ]);
  expect(lines.join('')).not.toContain('\n');
});

it('writes metrics in the Embedded Metric Format', () => {
  const { made, objects } = telemetry();
  made.with({ runId: 'run-1' }).metric('VantageFailed', 1, 'Count', { vantage: 'eu-west-1' });
  expect(objects()).toEqual([
    {
      runId: 'run-1',
      service: 'dispatcher',
      vantage: 'eu-west-1',
      VantageFailed: 1,
      _aws: {
        Timestamp: Date.parse('2026-03-01T09:30:00.000Z'),
        CloudWatchMetrics: [
          {
            Namespace: 'InboundCheck',
            Dimensions: [['service', 'vantage']],
            Metrics: [{ Name: 'VantageFailed', Unit: 'Count' }],
          },
        ],
      },
    },
  ]);
});
