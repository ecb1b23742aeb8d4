import { expect, it } from 'vitest';
import { createExecutionRecords } from '../../../lib/local/station/runs/executions.ts';
import { newDatabase } from './database.ts';

it('an execution does not end before it began, where the clock was set back meanwhile', async () => {
  let now = Date.parse('2026-03-01T10:00:00Z');
  const records = createExecutionRecords(await newDatabase(), () => now);
  records.begin('run-1', {});
  now -= 3_600_000;
  records.end('run-1', { status: 'SUCCEEDED' });
  expect(records.find('run-1')).toMatchObject({
    startedAt: '2026-03-01T10:00:00.000Z',
    stoppedAt: '2026-03-01T10:00:00.000Z',
  });
});
