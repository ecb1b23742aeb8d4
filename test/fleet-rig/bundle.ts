/** Bundles a handler of the rig's own as those of the project are bundled. */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { esbuildOptions } from '../../lib/stacks/bundling.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = relative(root, fileURLToPath(new URL('.', import.meta.url)));

/** @param entry file in this folder; gives the bundle's path */
export async function bundleHandler(entry: string, outputFolder: string): Promise<string> {
  const outfile = join(outputFolder, entry.replace(/\//g, '-').replace(/\.ts$/, '.mjs'));
  await build(esbuildOptions(root, join(folder, entry), outfile));
  return outfile;
}
