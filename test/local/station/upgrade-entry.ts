/** Upgrades a database, and is killed by its own hand before the statement of that number (from 0), or after the last. */
import { openDatabase } from '../../../lib/local/station/store/database.ts';
import { migrate } from '../../../lib/local/station/store/migrations.ts';

const [, , path = '', at = '0'] = process.argv;
const opened = await openDatabase(path);
if (!opened.ok) throw new Error(opened.why);
const { database } = opened;
let statements = 0;
const counted = <T>(work: () => T): T => {
  if (statements === Number(at)) process.kill(process.pid, 'SIGKILL');
  statements += 1;
  return work();
};
migrate(
  {
    ...database,
    execute: (sql) => counted(() => database.execute(sql)),
    run: (sql, ...values) => counted(() => database.run(sql, ...values)),
  },
  Date.now,
);
counted(() => undefined);
