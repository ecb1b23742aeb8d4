/** The code of a function: as `npm pack` has bundled it, or bundled now from a working tree. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { FunctionName } from './bundling.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Next to the packed construct are the functions as `npm pack` has bundled them (bin/build-cdk.mjs), since a package has no
 * sources. In a working tree there is no such folder.
 */
const packed = fileURLToPath(new URL('functions', import.meta.url));

/** A folder with `index.mjs`. */
export function functionCode(name: FunctionName): Code {
  if (existsSync(packed)) return Code.fromAsset(join(packed, name));
  const command = ['--import', 'tsx', 'bin/bundle-function.ts', name];
  return Code.fromAsset(root, {
    // By what comes out: a change of a source that doesn't reach the bundle deploys nothing.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK bundles once for equal options, and functions differ in these alone.
      command,
      // CDK's own bundling knows no plugins for esbuild. It waits for an answer, as a construct can't.
      local: { tryBundle: (folder) => bundled([...command, folder]) },
      // Never run: what fails here would fail there, too.
      image: DockerImage.fromRegistry('none'),
    },
  });
}

function bundled(args: readonly string[]): true {
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`, { cause: error });
  return true;
}
