import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * The console as static files: `index.html`, and what it loads scripts and styles under names that hold their hash, so that a
 * browser may keep them for ever. No script or style is within the page, so its Content-Security-Policy needs no exception.
 *
 * @param {typeof import('esbuild')} esbuild
 * @param {string} root the project's root
 * @returns {Promise<{ files: { name: string, contents: Uint8Array }[], inputs: string[] }>} names without a folder; `inputs`: what
 *   was bundled
 */
export async function consoleFiles(esbuild, root) {
  const folder = join(root, 'lib', 'console');
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { console: 'lib/console/main.tsx', style: 'lib/console/console.css' },
    outdir: 'dist/console',
    entryNames: '[name]-[hash]',
    chunkNames: 'part-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const files = outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
  const named = (pattern) => files.find(({ name }) => pattern.test(name))?.name ?? '';
  const page = readFileSync(join(folder, 'page.html'), 'utf8')
    .replace('SCRIPT', named(/^console-.*\.js$/))
    .replace('STYLE', named(/^style-.*\.css$/));
  const icon = { name: 'icon.svg', contents: readFileSync(join(folder, 'icon.svg')) };
  return {
    files: [...files, icon, { name: 'index.html', contents: Buffer.from(page) }],
    inputs: Object.keys(metafile.inputs),
  };
}
