import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Vitest global set-up: the tests of the command line run the bundle, so it must be of these sources. */
export default function buildOnce(): void {
  const { status } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('../../bin/build.mjs', import.meta.url))],
    { stdio: 'inherit' },
  );
  if (status !== 0) throw new Error('bin/build.mjs failed');
}
