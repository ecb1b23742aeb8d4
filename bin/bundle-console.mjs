/** Writes the console's files to FOLDER: `bundle-console.mjs FOLDER`. The stacks run it (lib/stacks/console-folder.ts). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { consoleFiles } from './console-files.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [, , folder] = process.argv;
if (folder === undefined) {
  process.stderr.write('usage: bundle-console.mjs FOLDER\n');
  process.exitCode = 64;
} else {
  const { files } = await consoleFiles(esbuild, root);
  mkdirSync(folder, { recursive: true });
  for (const { name, contents } of files) writeFileSync(join(folder, name), contents);
}
