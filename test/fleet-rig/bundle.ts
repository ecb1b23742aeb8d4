/** Bundles a handler of the rig's own as those of the project are bundled. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundling } from '../../lib/stacks/bundling.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** @param entry file in this folder; gives the bundle's path */
export async function bundleHandler(entry: string, outputFolder: string): Promise<string> {
  const outfile = join(outputFolder, entry.replace(/\//g, '-').replace(/\.ts$/, '.mjs'));
  const { format, target, minify, mainFields, externalModules, banner } = bundling;
  await build({
    entryPoints: [join(folder, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format,
    target,
    minify,
    mainFields: [...mainFields],
    external: externalModules,
    banner: { js: banner },
    logLevel: 'warning',
  });
  return outfile;
}
