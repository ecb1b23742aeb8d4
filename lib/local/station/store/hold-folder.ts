/** One station a folder: the operating system gives the lock back when the process ends, however it ends. */
import { join } from 'node:path';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';
import { isFailure } from '../../../service/runs/failure.ts';
import { type Database, isBusy, openDatabase } from './database.ts';
import { ownFolder } from './own-folder.ts';

/** Makes the folder where it is not there. To close what it gives frees the folder. Never rejects. */
export async function holdFolder(folder: string): Promise<ParseResult<Pick<Database, 'close'>>> {
  const made = ownFolder(folder);
  if (!made.ok) return made;
  const path = join(folder, 'lock.db');
  const opened = await openDatabase(path, 0);
  if (!opened.ok && !opened.isLocked) return inputError(`the station can't start: ${opened.why}`);
  if (opened.ok)
    try {
      opened.database.execute('BEGIN EXCLUSIVE');
      return parsed(opened.database);
    } catch (error) {
      opened.database.close();
      if (!isFailure(error, 'StoreFailed')) throw error;
      if (!isBusy(error)) return inputError(`the station can't start: ${path}: ${error.message}`);
    }
  return inputError(`--data: another station runs in ${folder}: end it first, or name another folder`);
}
