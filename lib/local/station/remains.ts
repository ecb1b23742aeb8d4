/** What a station has on this machine, and its removal. */
import { existsSync, readFileSync } from 'node:fs';
import { lstat, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeReason } from '../../input/request/read-text.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { createAddress } from './store/address.ts';
import { openDatabase } from './store/database.ts';
import { holdFolder } from './store/hold-folder.ts';
import { dataVersion } from './store/migrations.ts';
import { DATABASE, databasePath, OBJECTS, SINGLE_FILES } from './store/station-files.ts';

export interface FolderEntry {
  readonly name: string;
  readonly bytes: number;
  /** Whether a station puts such a name there. */
  readonly isOurs: boolean;
}

export interface StationRemains {
  readonly entries: readonly FolderEntry[];
  /** Where it could be reached when it ran last, and so the name of its token in the configuration folder. */
  readonly origin?: string;
}

/** As docs/station.md has it. */
export const SYSTEMD_UNIT = '/etc/systemd/system/inbound-check-station.service';

const OURS: readonly string[] = [DATABASE, OBJECTS, 'lock.db', ...SINGLE_FILES];
const BESIDE = /^(station|lock)\.db-(wal|shm|journal)$|^before-upgrade-\d+\.db(\.partial)?$/;

/** Refuses a folder that is no station's, and one whose station runs. Never rejects. */
export async function remainsOf(folder: string): Promise<ParseResult<StationRemains>> {
  const station = await stationIn(folder);
  if (!station.ok) return station;
  const held = await holdFolder(folder);
  if (!held.ok) return held;
  held.value.close();
  try {
    const entries: FolderEntry[] = [];
    for (const name of (await readdir(folder)).sort())
      entries.push({
        name,
        bytes: await bytesOf(join(folder, name)),
        isOurs: OURS.includes(name) || BESIDE.test(name),
      });
    const { origin } = station.value;
    return parsed({ entries, ...(origin !== undefined && { origin }) });
  } catch (error) {
    return inputError(`${folder}: ${writeReason(error)}`);
  }
}

/** Removes what a station has put there, and the folder if nothing else is in it. Gives what stays. Never rejects. */
export async function removeStation(
  folder: string,
  { entries }: StationRemains,
): Promise<ParseResult<readonly string[]>> {
  const held = await holdFolder(folder);
  if (!held.ok) return held;
  try {
    // The database goes last: until then the folder is a station's, and the rest can be removed by another call.
    const ours = entries.filter(
      ({ isOurs, name }) => isOurs && name !== DATABASE && !name.startsWith('lock.db'),
    );
    for (const { name } of ours) await rm(join(folder, name), { recursive: true, force: true });
    await rm(databasePath(folder), { force: true });
    held.value.close();
    for (const name of await readdir(folder))
      if (name.startsWith('lock.db')) await rm(join(folder, name), { force: true });
    const left = await readdir(folder);
    // The folder itself, where a link leads to it (as systemd makes one).
    if (left.length === 0) await rmdir(await realpath(folder));
    return parsed(left);
  } catch (error) {
    return inputError(`${folder}: ${writeReason(error)}`);
  } finally {
    held.value.close();
  }
}

/** Whether the unit at the documented place starts the station of this folder. */
export function unitOf(folder: string, unit = SYSTEMD_UNIT): 'none' | 'ours' | 'another' {
  try {
    const text = readFileSync(unit, 'utf8');
    return text.split(/\s+/).includes(folder) ? 'ours' : 'another';
  } catch {
    return 'none';
  }
}

async function stationIn(folder: string): Promise<ParseResult<{ readonly origin: string | undefined }>> {
  const none = inputError(`--data: there is no station in ${folder}: name the folder that serve has printed`);
  if (!existsSync(databasePath(folder))) return none;
  const opened = await openDatabase(databasePath(folder));
  if (!opened.ok) return inputError(opened.why);
  try {
    if (dataVersion(opened.database) === 0) return none;
    const has = opened.database.first("SELECT 1 AS it FROM sqlite_master WHERE name = 'address'");
    return parsed({ origin: has === undefined ? undefined : createAddress(opened.database).get() });
  } catch {
    return none;
  } finally {
    opened.database.close();
  }
}

/** A link counts as itself: what it leads to stays. */
async function bytesOf(path: string): Promise<number> {
  const found = await lstat(path);
  if (!found.isDirectory()) return found.size;
  let bytes = 0;
  for (const name of await readdir(path)) bytes += await bytesOf(join(path, name));
  return bytes;
}

/** With the link by which systemd starts it. @throws errors of the file system */
export async function removeUnit(unit = SYSTEMD_UNIT): Promise<void> {
  await rm(join(dirname(unit), 'multi-user.target.wants', basename(unit)), { force: true });
  await rm(unit, { force: true });
}
