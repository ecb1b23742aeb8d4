import { open } from 'node:fs/promises';
import { writeReason } from '../../../input/request/read-text.ts';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';
import { openDatabase } from './database.ts';

/** The database as it is at one moment, in a file that only its owner may read. Whoever writes goes on meanwhile. Never rejects. */
export async function copyDatabase(from: string, to: string): Promise<ParseResult<undefined>> {
  try {
    // SQLite takes an empty file as it is; one that it makes itself others may read.
    await (await open(to, 'wx', 0o600)).close();
    const opened = await openDatabase(from);
    if (!opened.ok) return inputError(opened.why);
    try {
      opened.database.execute(`VACUUM INTO '${to.replaceAll("'", "''")}'`);
    } finally {
      opened.database.close();
    }
    const file = await open(to, 'r+');
    await file.sync().finally(() => file.close());
    return parsed(undefined);
  } catch (error) {
    return inputError(`the copy of ${from} could not be written to ${to}: ${writeReason(error)}`);
  }
}
