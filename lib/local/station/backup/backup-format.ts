/** What stands first and last in a backup. */
import * as z from 'zod';
import { DATABASE, OBJECTS, SINGLE_FILES } from '../store/station-files.ts';

export const BACKUP_FORMAT = 'inbound-check/station-backup@1';
export const MOST_MISSING = 1_000;
/** Bytes of one of the two. */
export const MOST_WORDS = 1_048_576;

export const BackupStart = z.object({
  format: z.literal(BACKUP_FORMAT),
  madeAt: z.iso.datetime(),
  /** Version of the data, as the database counts it. */
  data: z.int().min(1),
});
export type BackupStart = z.infer<typeof BackupStart>;

export const BackupEnd = z.object({
  files: z.int().min(1),
  /** Hex, of all that stands before. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Objects that the data names and that the station itself did not have any more. */
  missing: z.array(z.string()).max(MOST_MISSING),
});
export type BackupEnd = z.infer<typeof BackupEnd>;

/** As the keys of objects are (run-files.ts), and the logs of what was measured: no part of one leads out of the folder. */
const KEY = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*(\.[a-z]+){1,2}$/;

export const isObject = (key: string): boolean => KEY.test(key);

/** Whether a backup may hold a file of that name. */
export const isBackedUp = (name: string): boolean =>
  name === DATABASE ||
  SINGLE_FILES.some((one) => one === name) ||
  (name.startsWith(`${OBJECTS}/`) && isObject(name.slice(OBJECTS.length + 1)));
