/** Writes one function, bundled, to FOLDER/index.mjs: `bundle-function.ts NAME FOLDER`. CDK runs it (lib/stacks/node-function.ts). */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { esbuildOptions, FUNCTIONS, functionEntry } from '../lib/stacks/bundling.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const [, , wanted, folder] = process.argv;
const name = FUNCTIONS.find((one) => one === wanted);
if (name === undefined || folder === undefined) {
  console.error(`usage: bundle-function.ts NAME FOLDER, where NAME is one of ${FUNCTIONS.join(', ')}`);
  process.exitCode = 64;
} else await build(esbuildOptions(root, functionEntry(name), join(folder, 'index.mjs')));
