/** One file with all that a station has, consistent, also while it runs. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeReason } from '../../../input/request/read-text.ts';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';
import { isoTime } from '../../../net/clock.ts';
import { copyDatabase } from '../store/copy-database.ts';
import { openDatabase } from '../store/database.ts';
import { dataVersion } from '../store/migrations.ts';
import { DATABASE, databasePath, OBJECTS, SINGLE_FILES } from '../store/station-files.ts';
import { BACKUP_FORMAT, type BackupEnd, type BackupStart, isObject, MOST_MISSING } from './backup-format.ts';
import { namedObjects } from './named-objects.ts';
import { type TarWriter, tarWriter } from './tar.ts';

export interface MadeBackup {
  readonly files: number;
  readonly bytes: number;
  /** Objects that the data names and that were not there; the first thousand. */
  readonly missing: readonly string[];
}

/** Never rejects. What is at `path` already stays. @param now epoch ms */
export async function backUp(folder: string, path: string, now: number): Promise<ParseResult<MadeBackup>> {
  if (!existsSync(databasePath(folder)))
    return inputError(`--data: there is no station in ${folder}: name the folder that serve has printed`);
  if (existsSync(path)) return inputError(`--backup: ${path} is there already: name another file`);
  const mark = randomBytes(8).toString('hex');
  const partial = join(dirname(path), `.${basename(path)}.${mark}.partial`);
  const copy = join(dirname(path), `.${basename(path)}.${mark}.db`);
  try {
    const copied = await copyDatabase(databasePath(folder), copy);
    if (!copied.ok) return inputError(`--backup: ${copied.message}`);
    const made = await pack(folder, copy, partial, now);
    await rename(partial, path);
    return parsed(made);
  } catch (error) {
    return inputError(`--backup: ${path}: ${writeReason(error)}`);
  } finally {
    for (const one of [partial, copy]) await rm(one, { force: true });
  }
}

/** The copy comes first: objects are there before the rows that name them. */
async function pack(folder: string, copy: string, partial: string, now: number): Promise<MadeBackup> {
  const opened = await openDatabase(copy);
  if (!opened.ok) throw new Error(opened.why);
  const { database } = opened;
  const file = await open(partial, 'wx', 0o600);
  try {
    const tar = tarWriter(file);
    const start: BackupStart = { format: BACKUP_FORMAT, madeAt: isoTime(now), data: dataVersion(database) };
    await tar.add('backup.json', jsonBytes(start), now);
    let files = 0;
    for (const [name, path] of [
      [DATABASE, copy],
      ...SINGLE_FILES.map((name) => [name, join(folder, name)] as const),
    ] as const)
      files += await addIfThere(tar, name, path);
    for await (const key of keysBelow(join(folder, OBJECTS), ''))
      files += await addIfThere(tar, `${OBJECTS}/${key}`, join(folder, OBJECTS, ...key.split('/')));
    const missing: string[] = [];
    for (const key of namedObjects(database, now)) {
      if (missing.length >= MOST_MISSING) break;
      const isThere = await access(join(folder, OBJECTS, ...key.split('/'))).then(
        () => true,
        () => false,
      );
      if (!isThere) missing.push(key);
    }
    const end: BackupEnd = { files, sha256: tar.digest(), missing };
    await tar.add('end.json', jsonBytes(end), now);
    await tar.end();
    await file.sync();
    return { files, bytes: (await file.stat()).size, missing };
  } finally {
    database.close();
    await file.close();
  }
}

const jsonBytes = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

/** A run that is forgotten meanwhile takes its objects along. */
async function addIfThere(tar: TarWriter, name: string, path: string): Promise<number> {
  try {
    await tar.addFile(name, path);
    return 1;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** What is being written has another form of name, and is left out. */
async function* keysBelow(folder: string, prefix: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const entry of entries) {
    const key = `${prefix}${entry.name}`;
    if (entry.isDirectory()) yield* keysBelow(join(folder, entry.name), `${key}/`);
    else if (entry.isFile() && isObject(key)) yield key;
  }
}
