/**
 * Bundles the command line into dist/: `inbound-check.js` (a tiny entry) and the chunks it loads when needed, and the console
 * into dist/console. All npm
 * dependencies are bundled but koffi and libsql, which are optional and native, so the packed tool starts fast. npm runs this as `prepare`;
 * `npm run check` and `npm run demo` run it again, which is a few milliseconds when no source has changed.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { consoleFiles } from './console-files.mjs';
import { licences } from './licences.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const entry = join(dist, 'inbound-check.js');
/** Kept out of dist, which is published. */
const stampFile = join(root, 'node_modules', '.cache', 'inbound-check-build');

/** Name, size and time of every file that the bundle is made of; the lock file stands for all of node_modules. */
function fingerprint() {
  const hash = createHash('sha1').update(process.version);
  const add = (path) => {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${relative(root, path)} ${mtimeMs} ${size}\n`);
  };
  for (const folder of ['bin', 'lib'])
    for (const item of readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
      if (item.isFile()) add(join(item.parentPath, item.name));
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.json']) add(join(root, file));
  return hash.digest('hex');
}

/** Writes elsewhere and renames, so that a tool started at this moment never reads half a file. */
function writeWhole(path, contents, mode) {
  const partial = `${stampFile}-${process.pid}`;
  writeFileSync(partial, contents, { mode });
  renameSync(partial, path);
}

/** nodemailer's table of a thousand file name endings, which only attachments need: 76 kB that nothing asks for. */
const withoutFileTypes = {
  name: 'without-file-types',
  setup(bundler) {
    bundler.onLoad({ filter: /nodemailer\/dist\/esm\/mime-funcs\/mime-types\.js$/ }, () => ({
      contents: `export const detectMimeType = () => 'application/octet-stream';
        export const detectExtension = () => 'bin';`,
    }));
  },
};

/** All of package.json would be loaded at every start, and nothing asks for more of it. */
const versionAlone = {
  name: 'version-alone',
  setup(bundler) {
    bundler.onLoad({ filter: /[/\\]package\.json$/ }, ({ path }) => {
      if (path !== join(root, 'package.json')) return undefined;
      const { version } = JSON.parse(readFileSync(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

async function build(esbuild) {
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { 'inbound-check': 'bin/inbound-check.ts' },
    outdir: 'dist',
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    // CommonJS dependencies call require() for Node's own modules, which an ES module does not have.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    plugins: [withoutFileTypes, versionAlone],
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const site = await consoleFiles(esbuild, root);
  mkdirSync(join(dist, 'console'), { recursive: true });
  mkdirSync(dirname(stampFile), { recursive: true });
  // The construct for CDK is made by bin/build-cdk.mjs, for packages alone.
  const current = new Set(['THIRD-PARTY-LICENSES.txt', 'cdk', 'console']);
  const { files } = site;
  for (const { name, contents } of files) writeWhole(join(dist, 'console', name), contents, 0o644);
  for (const name of readdirSync(join(dist, 'console')))
    if (!files.some((file) => file.name === name)) rmSync(join(dist, 'console', name), { recursive: true });
  // The entry goes last: by then all that it loads is there.
  for (const file of outputFiles.sort((a, b) => Number(a.path === entry) - Number(b.path === entry))) {
    current.add(basename(file.path));
    writeWhole(file.path, file.contents, file.path === entry ? 0o755 : 0o644);
  }
  writeWhole(
    join(dist, 'THIRD-PARTY-LICENSES.txt'),
    licences(root, [...Object.keys(metafile.inputs), ...site.inputs]),
    0o644,
  );
  for (const name of readdirSync(dist)) if (!current.has(name)) rmSync(join(dist, name), { recursive: true });
}

const print = fingerprint();
const fresh = existsSync(entry) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === print;
if (!fresh) {
  let esbuild;
  try {
    esbuild = await import('esbuild');
  } catch {
    // `npm ci --omit=dev` runs `prepare` too: not a fault as long as nobody wants the tool built.
    process.stderr.write(
      'inbound-check: not built, because esbuild is not installed; run `npm ci` without --omit=dev.\n',
    );
    process.exit(process.env.npm_lifecycle_event === 'prepare' ? 0 : 1);
  }
  try {
    await build(esbuild);
  } catch (error) {
    // esbuild has printed its own messages with file and line.
    if (!Array.isArray(error?.errors)) throw error;
    process.exit(1);
  }
  writeFileSync(stampFile, print);
}
