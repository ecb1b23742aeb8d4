/** A store that fails while a run ends. */
import { expect, it } from 'vitest';
import { createExecutionRecords } from '../../../lib/local/station/runs/executions.ts';
import { createMachine } from '../../../lib/local/station/runs/machine.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { memoryTelemetry } from '../../service/runs/ports.ts';
import { newDatabase } from './database.ts';

it('ends a run whose end found the disk full once there is room, without a start of the station', async () => {
  const stored = createExecutionRecords(await newDatabase(), () => 0);
  let isFull = false;
  const waiting: (() => void)[] = [];
  const full = (): Error => failure('StoreFailed', 'database or disk is full', undefined);
  let fail = (): void => undefined;
  const failing = new Promise<never>((_, reject) => {
    fail = () => reject(full());
  });
  const told = new Promise<void>((resolve) => {
    const machine = createMachine({
      records: {
        ...stored,
        end(runId, how) {
          if (isFull) throw full();
          return stored.end(runId, how);
        },
      },
      walk: {
        begin: () => failing,
        conclude: () => failing,
        judge: () => failing,
        report: () => failing,
        publish: () => failing,
      },
      recover: async () => undefined,
      telemetry: memoryTelemetry(),
      later(work) {
        waiting.push(work);
        resolve();
      },
    });
    void machine.start('r-1', { runId: 'r-1' });
  });
  isFull = true;
  fail();
  await told;
  const again = (): void => waiting.shift()?.();
  again();
  expect(stored.find('r-1')?.status).toBe('RUNNING');
  isFull = false;
  again();
  expect(stored.find('r-1')).toMatchObject({
    status: 'FAILED',
    error: 'StoreFailed',
    cause: 'database or disk is full',
  });
  expect(waiting).toEqual([]);
});
