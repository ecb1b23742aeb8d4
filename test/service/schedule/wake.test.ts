import { expect, it } from 'vitest';
import type { Invoked } from '../../../lib/service/ports/prober-invoker.ts';
import { isWake, WAKE, wakeProbers } from '../../../lib/service/schedule/wake.ts';
import { memoryTelemetry, vantage } from '../runs/ports.ts';

it('calls each prober once, and takes one that is asleep for what it is', async () => {
  const answers = new Map<string, Invoked>([
    ['awake', { status: 'answered', text: '{"awake":true}' }],
    ['asleep', { status: 'starting', message: 'ResourceNotReadyException' }],
    ['gone', { status: 'missing', message: 'ResourceNotFoundException' }],
  ]);
  const calls: string[] = [];
  const telemetry = memoryTelemetry();
  const vantages = [...answers.keys()].map((id) => ({ ...vantage(id), functionName: id }));
  const woken = await wakeProbers(
    vantages,
    async ({ functionName }, payload) => {
      calls.push(`${functionName} ${payload}`);
      return answers.get(functionName) ?? { status: 'timeout', message: '' };
    },
    telemetry,
  );
  expect(woken).toEqual({ awake: 1, asked: 3 });
  expect(calls).toEqual(['awake {"wake":true}', 'asleep {"wake":true}', 'gone {"wake":true}']);
  expect(telemetry.lines.map(({ message }) => message)).toEqual(['prober was asleep', 'prober not woken']);
});

it('is distinguished from a look at schedules, which has EventBridge’s own event', () => {
  expect(isWake(WAKE)).toBe(true);
  for (const event of [
    {},
    null,
    { wake: 'true' },
    { source: 'aws.events', 'detail-type': 'Scheduled Event' },
  ])
    expect(isWake(event)).toBe(false);
});
