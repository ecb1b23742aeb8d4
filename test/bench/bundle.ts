/**
 * `npm run bench:bundle`: size and cold load of each function, bundled as it is deployed. Ends with 1 when the prober is
 * over its limits, or the kernel's evidence takes too much of its start. Loads are the best of many, taken in turns with bare Node, so that a busy machine slows all equally.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { build } from 'esbuild';
import { esbuildOptions, FUNCTIONS, functionEntry, MAX_BUNDLE_BYTES } from '../../lib/stacks/bundling.ts';
import { ENVIRONMENT } from '../functions/environment.ts';
import { measureEvidenceStart } from './evidence-start.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ROUNDS = 21;
/** Load of the prober in terms of bare Node's start. */
const MAX_RATIO = 2;

/** Nothing is called. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' };

interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly gzipped: number;
  /** Packages and folders that take most of it, with their kB. */
  readonly parts: string;
}

async function bundle(name: (typeof FUNCTIONS)[number], folder: string): Promise<Bundle> {
  const file = join(folder, `${name}.mjs`);
  const { metafile } = await build({ ...esbuildOptions(root, functionEntry(name), file), metafile: true });
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  const text = readFileSync(file);
  return {
    name,
    file,
    bytes: text.length,
    gzipped: gzipSync(text).length,
    parts: largest(output?.inputs ?? {}),
  };
}

function largest(inputs: Readonly<Record<string, { bytesInOutput: number }>>): string {
  const sums = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
    const part = inPackage ?? path.split('/').slice(0, 2).join('/');
    sums.set(part, (sums.get(part) ?? 0) + bytesInOutput);
  }
  return [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 4)
    .map(([part, bytes]) => `${part} ${kB(bytes)}`)
    .join(', ');
}

const kB = (bytes: number): string => (bytes / 1_000).toFixed(0);

/** Milliseconds from start to end of a process that does this and nothing else. */
function run(code: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--no-warnings', '-e', code], {
    env: { ...process.env, ...ENVIRONMENT, ...CREDENTIALS },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${code} failed: ${stderr}`);
  return performance.now() - start;
}

/** The best of each, all taken in turns. */
function bestOf(codes: readonly string[]): number[] {
  const best = codes.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [index, code] of codes.entries()) best[index] = Math.min(best[index] ?? 0, run(code));
  return best;
}

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-bundles-'));
try {
  const bundles = await Promise.all(FUNCTIONS.map((name) => bundle(name, folder)));
  const loads = bundles.map(({ file }) => `await import(${JSON.stringify(pathToFileURL(file).href)})`);
  const [bare = 0, ...times] = bestOf(['0', ...loads]);
  const table = new Table({
    head: ['function', 'kB', 'kB gzipped', 'load ms', 'of bare Node', 'most of it (kB)'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
  });
  table.push(['node -e 0', '', '', bare.toFixed(0), '1.00', '']);
  for (const [index, { name, bytes, gzipped, parts }] of bundles.entries()) {
    const ms = times[index] ?? 0;
    table.push([name, kB(bytes), kB(gzipped), ms.toFixed(0), (ms / bare).toFixed(2), parts]);
  }
  process.stdout.write(`${table.toString()}\n`);
  const prober = bundles.findIndex(({ name }) => name === 'prober');
  const bytes = bundles[prober]?.bytes ?? 0;
  const ratio = (times[prober] ?? 0) / bare;
  const most = MAX_BUNDLE_BYTES.prober;
  const isWithin = bytes <= most && ratio <= MAX_RATIO;
  process.stdout.write(
    `prober: ${kB(bytes)} of ${kB(most)} kB, ${ratio.toFixed(2)} of ${MAX_RATIO} times bare Node: ${isWithin ? 'within its limits' : 'OVER ITS LIMITS'}\n`,
  );
  const isEvidenceWithin = await measureEvidenceStart(folder);
  process.exitCode = isWithin && isEvidenceWithin ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
