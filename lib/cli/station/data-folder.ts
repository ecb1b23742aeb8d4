import { join, resolve } from 'node:path';

/** Where a station keeps its data, unless it is told otherwise. */
export async function dataFolder(given: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  if (given !== undefined) return resolve(given);
  const { stateDirectory } = await import('../../local/directories.ts');
  return join(stateDirectory(env), 'station');
}
