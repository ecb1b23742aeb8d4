/** The console's files: as `npm pack` has bundled them, or bundled now from a working tree. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileSystem } from 'aws-cdk-lib';

/** Beside the packed construct (bin/build-cdk.mjs); a working tree has no such folder. */
const packed = fileURLToPath(new URL('console', import.meta.url));

/** A folder with `index.html` and what it loads. */
export function consoleFolder(): string {
  if (existsSync(packed)) return packed;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const folder = FileSystem.mkdtemp('inbound-check-console-');
  const { status, error } = spawnSync(process.execPath, [join('bin', 'bundle-console.mjs'), folder], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`bin/bundle-console.mjs ended with ${status}`, { cause: error });
  return folder;
}
