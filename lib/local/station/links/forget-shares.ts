/** Removes the copies of links that ended long ago: in a fleet the bucket's own rules do that. */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS, MAX_DAYS } from '../../../service/state/share-lifetime.ts';
import { namesIn } from '../store/names-in.ts';

/** No link is valid longer. */
const KEPT_MS = (MAX_DAYS + 1) * DAY_MS;
const SHARE_ID = /^[0-9a-f]{16}$/;

/** Gives how many were removed. Rejects with errors of the file system. @param folder that of the objects */
export async function forgetShares(folder: string, now: number): Promise<number> {
  const shares = join(folder, 'shares');
  let removed = 0;
  for (const name of await namesIn(shares)) {
    const path = join(shares, name);
    if (!SHARE_ID.test(name) || (await stat(path)).mtimeMs > now - KEPT_MS) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}
