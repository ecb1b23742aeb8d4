import { readdir } from 'node:fs/promises';

/** The names in a folder; none where the folder is not there yet. Rejects with other errors of the file system. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
