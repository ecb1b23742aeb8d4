/** A station's folder from a backup: all of it, and verified, or nothing. */
import { existsSync } from 'node:fs';
import { access, type FileHandle, mkdir, open, readdir, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileReason, writeReason } from '../../../input/request/read-text.ts';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';
import { parseJson } from '../../../model/parse-json.ts';
import { printable } from '../../../net/printable.ts';
import { openSigningKey } from '../../signing-key.ts';
import { openDatabase } from '../store/database.ts';
import { holdFolder } from '../store/hold-folder.ts';
import { dataVersion, LAST_VERSION } from '../store/migrations.ts';
import { DATABASE, databasePath, OBJECTS, RESTORING } from '../store/station-files.ts';
import { BackupEnd, BackupStart, isBackedUp, MOST_WORDS } from './backup-format.ts';
import { namedObjects } from './named-objects.ts';
import { readTar, type TarEntry } from './tar.ts';

export interface RestoredBackup {
  readonly madeAt: string;
  readonly files: number;
}

/** Never rejects. @param now epoch ms */
export async function restore(
  path: string,
  folder: string,
  now: number,
): Promise<ParseResult<RestoredBackup>> {
  const names = existsSync(folder) ? await readdir(folder).catch(() => []) : [];
  if (names.includes(RESTORING))
    return inputError(`--data: a restore into ${folder} did not end: empty the folder, and restore again`);
  if (names.length > 0)
    return inputError(`--data: ${folder} is not empty: name a new folder, so that nothing is mixed with it`);
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    return inputError(`--restore: ${path}: ${fileReason(error)}`);
  }
  const held = await holdFolder(folder);
  if (!held.ok) {
    await file.close();
    return held;
  }
  const into = join(folder, RESTORING);
  try {
    await mkdir(into, { mode: 0o700 });
    const unpacked = await unpack(file, into);
    const wrong = await problemOf(into, unpacked.missing, now);
    if (wrong !== undefined) throw new Error(wrong);
    // The database comes last: without it the folder is no station's.
    const found = (await readdir(into)).filter((name) => name !== DATABASE);
    for (const name of [...found, DATABASE]) await rename(join(into, name), join(folder, name));
    await rm(into, { recursive: true });
    return parsed(unpacked);
  } catch (error) {
    await rm(into, { recursive: true, force: true });
    return inputError(`--restore: ${path}: ${writeReason(error)}; nothing was restored`);
  } finally {
    held.value.close();
    await file.close();
  }
}

async function unpack(file: FileHandle, into: string): Promise<RestoredBackup & BackupEnd> {
  let start: BackupStart | undefined;
  let files = 0;
  for await (const entry of readTar(file)) {
    if (start === undefined) {
      start = BackupStart.safeParse(await jsonOf(entry, 'backup.json')).data;
      if (start === undefined) throw new Error('it is no backup of a station');
      if (start.data > LAST_VERSION)
        throw new Error(`it is of a later version (${start.data}) than this program knows (${LAST_VERSION})`);
      continue;
    }
    if (entry.name === 'end.json') {
      const end = BackupEnd.safeParse(await jsonOf(entry, 'end.json')).data;
      if (end === undefined || end.sha256 !== entry.before || end.files !== files)
        throw new Error('it is damaged: its contents are not those that were written');
      return { ...end, madeAt: start.madeAt };
    }
    if (!isBackedUp(entry.name))
      throw new Error(`it holds ${printable(entry.name, 100)}, which no backup of a station has`);
    await write(entry, join(into, ...entry.name.split('/')));
    files += 1;
  }
  throw new Error(start === undefined ? 'it is no backup of a station' : 'it ends too early');
}

async function jsonOf(entry: TarEntry, name: string): Promise<unknown> {
  if (entry.name !== name || entry.size > MOST_WORDS) return undefined;
  const pieces: Buffer[] = [];
  await entry.read((bytes) => void pieces.push(bytes));
  return parseJson(Buffer.concat(pieces).toString('utf8'));
}

/** With the times that it had: by them copies of links are forgotten. */
async function write(entry: TarEntry, path: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = await open(path, 'wx', 0o600);
  try {
    await entry.read((bytes) => file.writeFile(bytes));
    await file.sync();
  } finally {
    await file.close();
  }
  const at = entry.mtimeMs / 1_000;
  await utimes(path, at, at);
  await utimes(folder, at, at);
}

/** One clause; undefined: all of it is there and good. */
async function problemOf(folder: string, gone: readonly string[], now: number): Promise<string | undefined> {
  if (!existsSync(databasePath(folder))) return 'it holds no database';
  const key = await openSigningKey(join(folder, 'signing-key.pem'));
  if (!key.ok) return key.message;
  const opened = await openDatabase(databasePath(folder));
  if (!opened.ok) return opened.why;
  const { database } = opened;
  try {
    const found = Object.values(database.first('PRAGMA integrity_check') ?? {})[0];
    if (found !== 'ok') return `its database is damaged: ${printable(String(found), 200)}`;
    if (dataVersion(database) === 0) return 'its database is no station’s';
    for (const name of namedObjects(database, now)) {
      const isThere = await access(join(folder, OBJECTS, ...name.split('/'))).then(
        () => true,
        () => false,
      );
      if (!isThere && !gone.includes(name)) return `${name} is not in it, which its database names`;
    }
    return undefined;
  } finally {
    database.close();
  }
}
