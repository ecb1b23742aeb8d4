/** Removes the objects of runs that have been kept long enough: in a fleet the bucket's own rules do that. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isoTime } from '../../../net/clock.ts';
import { namesIn } from '../store/names-in.ts';

/** As lib/service/runs/run-id.ts makes them: what has another name stays. */
const RUN_ID = /^\d{8}T\d{6}Z-[0-9a-f]+$/;

/**
 * Gives how many were removed. Rejects with errors of the file system.
 *
 * @param folder that of the objects
 * @param before epoch ms: runs that began before it
 */
export async function forgetRuns(folder: string, before: number): Promise<number> {
  const runs = join(folder, 'runs');
  const oldest = isoTime(before).replace(/[-:]|\.\d+/g, '');
  // Ids sort by time.
  const old = (await namesIn(runs)).filter((name) => RUN_ID.test(name) && name < oldest);
  for (const name of old) await rm(join(runs, name), { recursive: true, force: true });
  return old.length;
}
