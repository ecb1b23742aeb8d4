/**
 * Writes dist/cdk for the package: the construct (`inbound-check/cdk`), its types, the functions that it deploys, each
 * bundled as CDK bundles it from a working tree, and the console's files. npm runs this as `prepack`.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import ts from 'typescript';
import { esbuildOptions, FUNCTIONS, functionEntry } from '../lib/stacks/bundling.ts';
import { consoleFiles } from './console-files.mjs';
import { licences } from './licences.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist', 'cdk');
/** Made elsewhere and put in place as a whole. */
const partial = join(root, 'node_modules', '.cache', `inbound-check-cdk-${process.pid}`);
const SOURCE = 'lib/stacks/inbound-check-fleet.ts';

const bundles = await Promise.all([
  esbuild.build({
    absWorkingDir: root,
    entryPoints: [SOURCE],
    outfile: join(partial, 'index.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    legalComments: 'none',
    // The user's own: two copies of them would not know each other's constructs.
    external: ['aws-cdk-lib', 'constructs'],
    metafile: true,
    logLevel: 'warning',
  }),
  ...FUNCTIONS.map((name) =>
    esbuild.build({
      ...esbuildOptions(root, functionEntry(name), join(partial, 'functions', name, 'index.mjs')),
      metafile: true,
    }),
  ),
]);
const site = await consoleFiles(esbuild, root);
mkdirSync(join(partial, 'console'), { recursive: true });
for (const { name, contents } of site.files) writeFileSync(join(partial, 'console', name), contents);
const inputs = [...bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs)), ...site.inputs];
writeFileSync(join(partial, 'THIRD-PARTY-LICENSES.txt'), licences(root, inputs));

// The file says all types of what it exports, and names none of ours, so that it is a declaration by itself.
const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(join(root, SOURCE), 'utf8'), {
  fileName: SOURCE,
  reportDiagnostics: true,
  compilerOptions: { module: ts.ModuleKind.NodeNext, isolatedDeclarations: true, declaration: true },
});
const wrong = diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
if (/from '\.\.?\//.test(outputText)) wrong.push('the declaration names a file that is not in the package');
if (wrong.length > 0) {
  process.stderr.write(`${SOURCE}: ${wrong.join('; ')}\n`);
  process.exit(1);
}
writeFileSync(join(partial, 'index.d.ts'), outputText);

mkdirSync(dirname(dist), { recursive: true });
rmSync(dist, { recursive: true, force: true });
renameSync(partial, dist);
