/** The schedules and the runs of a station on a folder, by a clock that runs fast, until it is killed. Says what it did. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { createExecutionRecords } from '../../../../lib/local/station/runs/executions.ts';
import { createMachine } from '../../../../lib/local/station/runs/machine.ts';
import { createClockRecord } from '../../../../lib/local/station/schedule/clock-record.ts';
import { createSchedules } from '../../../../lib/local/station/schedule/schedules.ts';
import { openDatabase } from '../../../../lib/local/station/store/database.ts';
import { createSqliteItemStore } from '../../../../lib/local/station/store/item-store.ts';
import { migrate } from '../../../../lib/local/station/store/migrations.ts';
import { memorySwitch, memoryTelemetry } from '../../../service/runs/ports.ts';
import { simulatedTime } from './simulated-time.ts';

const [, , folder = '', start = ''] = process.argv;
const time = simulatedTime(start);
const opened = await openDatabase(join(folder, 'station.db'));
if (!opened.ok) throw new Error(opened.why);
migrate(opened.database, time.now);
const items = createSqliteItemStore(opened.database);
const records = createExecutionRecords(opened.database, time.now);
/** To the file descriptor itself: what stands in a stream's buffer would be lost with the process. */
const say = (...words: string[]): void => void writeSync(1, `${words.join(' ')}\n`);
const refuse = async (): Promise<never> => {
  throw new Error('not in this test');
};
const machine = createMachine({
  records,
  walk: {
    async begin(runId) {
      say('begin', runId);
      records.end(runId, { status: 'SUCCEEDED' });
      say('end', runId);
    },
    conclude: refuse,
    judge: refuse,
    report: refuse,
    publish: refuse,
  },
  async recover(runId) {
    say('recover', runId);
    records.end(runId, { status: 'FAILED', error: 'RunInterrupted' });
  },
  telemetry: memoryTelemetry(),
  later: () => undefined,
});
const schedules = createSchedules({
  items,
  record: createClockRecord(opened.database),
  records,
  machine,
  stop: memorySwitch(),
  prove: async () => ({ status: 'unavailable', message: 'not in this test' }),
  announce: async () => undefined,
  ownSide: async () => undefined,
  timers: time.timers,
  telemetry: memoryTelemetry(),
  now: time.now,
});
machine.recover();
schedules.begin();
for (;;) {
  await time.pass(15_000, () => schedules.settled());
  say('at', new Date(time.now()).toISOString());
}
