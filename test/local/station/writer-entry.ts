/** Writes to the store of a folder until it is killed, and says after each write that has ended which one it was. */
import { writeSync } from 'node:fs';
import { openDatabase } from '../../../lib/local/station/store/database.ts';
import { createSqliteItemStore } from '../../../lib/local/station/store/item-store.ts';
import { migrate } from '../../../lib/local/station/store/migrations.ts';

const [, , path = '', from = '0'] = process.argv;
const opened = await openDatabase(path);
if (!opened.ok) throw new Error(opened.why);
migrate(opened.database, Date.now);
const store = createSqliteItemStore(opened.database);
for (let n = Number(from); ; n += 1) {
  await store.put(
    { pk: 'CRASH', sk: String(n).padStart(8, '0'), n, text: 'x'.repeat(5_000) },
    { absent: true },
  );
  await store.update({ pk: 'CRASH#last', sk: 'X' }, { n });
  await store.admit(
    { pk: 'CRASH#set', sk: 'X' },
    { member: String(n), limit: 1_000_000, ttl: 9_000_000_000 },
  );
  // To the file descriptor itself: what stands in a stream's buffer would be lost with the process.
  writeSync(1, `${n}\n`);
}
