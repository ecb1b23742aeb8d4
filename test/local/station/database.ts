/** A new database in a folder of its own, as the station has it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../../lib/local/station/store/database.ts';
import { migrate } from '../../../lib/local/station/store/migrations.ts';

export async function newDatabase(
  path = join(mkdtempSync(join(tmpdir(), 'inbound-check-station-')), 'station.db'),
): Promise<Database> {
  const opened = await openDatabase(path);
  if (!opened.ok) throw new Error(opened.why);
  migrate(opened.database, Date.now);
  return opened.database;
}
