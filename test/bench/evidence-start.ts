/** What the kernel's evidence adds to a prober's cold start: its bundle against one without it, in turns. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { esbuildOptions, functionEntry } from '../../lib/stacks/bundling.ts';
import { ENVIRONMENT } from '../functions/environment.ts';
import { MOST_OF_START_WITHOUT_EVIDENCE } from './goals.ts';
import { projectRoot } from './processes.ts';
import { runtimes } from './runtimes.ts';

const ROUNDS = 31;
/** The fleet's prober, and what a check from this machine loads to probe. */
const PROBERS = { fleet: functionEntry('prober'), local: 'lib/cli/session/local-run.ts' } as const;

/** In place of the modules that ask the kernel: the attempts alone. */
const STUBS = {
  'kernel-access': `export const createKernelAccess = () => ({ watch: async () => undefined, trace: async () => undefined });`,
  'watched-probe': `import { timelyProbe } from './timely-probe.ts';
export const watchedProbe = (spec, { context, probes }) => timelyProbe(spec, () => probes[spec.kind](spec, context), context.deadline);
export const withMoreEvidence = async (observation) => observation;`,
} as const;

const withoutEvidence: Plugin = {
  name: 'without-kernel-evidence',
  setup({ onLoad }) {
    for (const [name, contents] of Object.entries(STUBS))
      onLoad({ filter: new RegExp(`/lib/(?:net|engine/measure)/${name}\\.ts$`) }, () => ({
        contents,
        loader: 'ts',
      }));
  },
};

async function bundled(entry: string, file: string, plugins: readonly Plugin[]): Promise<string> {
  const options = esbuildOptions(projectRoot, entry, file);
  await build({ ...options, plugins: [...plugins, ...options.plugins] });
  return file;
}

/** CPU of a process that loads this and nothing else, ms: other processes change it less than its wall time. */
function loadMs(node: string, file: string): number {
  const told = '({ user, system } = process.cpuUsage()) => console.log((user + system) / 1_000)';
  const { status, stdout, stderr } = spawnSync(
    node,
    ['--no-warnings', '-e', `import(${JSON.stringify(pathToFileURL(file).href)}).then(() => (${told})())`],
    {
      env: { ...process.env, ...ENVIRONMENT, AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' },
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`${file} does not load: ${stderr}`);
  return Number(stdout);
}

/** Prints a line for each prober and Node; `false` where one is over the goal. */
export async function measureEvidenceStart(folder: string): Promise<boolean> {
  let isWithin = true;
  for (const [name, entry] of Object.entries(PROBERS)) {
    const without = await bundled(entry, join(folder, `${name}-without.mjs`), [withoutEvidence]);
    const whole = await bundled(entry, join(folder, `${name}-with.mjs`), []);
    const more = statSync(whole).size - statSync(without).size;
    if (more <= 0) throw new Error(`${name}: nothing was left out`);
    for (const { program, name: node } of runtimes()) {
      const best = { without: Number.POSITIVE_INFINITY, whole: Number.POSITIVE_INFINITY };
      for (let round = 0; round < ROUNDS; round += 1) {
        best.without = Math.min(best.without, loadMs(program, without));
        best.whole = Math.min(best.whole, loadMs(program, whole));
      }
      const ratio = best.whole / best.without;
      const fits = ratio <= MOST_OF_START_WITHOUT_EVIDENCE;
      isWithin &&= fits;
      process.stdout.write(
        `kernel evidence, ${name} prober, ${node}: ${ratio.toFixed(3)} ${fits ? '✓' : '✗'} (≤ ${MOST_OF_START_WITHOUT_EVIDENCE}) of the CPU of its start without, ${best.whole.toFixed(0)} ms against ${best.without.toFixed(0)} ms; ${(more / 1_000).toFixed(1)} kB\n`,
      );
    }
  }
  return isWithin;
}
