/** The data folder, which nobody but its owner may look into. */
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';

/**
 * Makes the folder if it is not there. Whoever may read it may read what customers' servers said, and the key that
 * signs, so that one that is open to others is refused. It is not closed to them instead: it may be a folder that is
 * there for something else, as /tmp or a home, and others need it. One that is empty is nobody's yet.
 */
export function ownFolder(folder: string): ParseResult<undefined> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOpenToOthers(folder)) return parsed(undefined);
    if (readdirSync(folder).length > 0) return openFolder(folder);
    chmodSync(folder, 0o700);
    return parsed(undefined);
  } catch (error) {
    return refusedFolder(error);
  }
}

/** What `ownFolder` would say, without making or changing anything. */
export function tryFolder(folder: string): ParseResult<undefined> {
  try {
    if (existsSync(folder)) {
      const isFilled = readdirSync(folder).length > 0;
      if (isFilled && isOpenToOthers(folder)) return openFolder(folder);
    }
    accessSync(nearest(folder), constants.W_OK);
    return parsed(undefined);
  } catch (error) {
    return refusedFolder(error);
  }
}

const nearest = (path: string): string =>
  existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));

/** Windows has no such modes: there the folder is below the profile of the user. */
const isOpenToOthers = (folder: string): boolean =>
  process.platform !== 'win32' && (statSync(folder).mode & 0o077) !== 0;

const openFolder = (folder: string): ParseResult<never> =>
  inputError(
    `--data: others may look into ${folder}, which is not empty: chmod 700 it if it is for the station alone, or name another folder`,
  );

const refusedFolder = (error: unknown): ParseResult<never> =>
  inputError(`--data: ${error instanceof Error ? error.message : String(error)}`);
