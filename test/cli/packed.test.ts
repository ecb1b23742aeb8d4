import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FUNCTIONS } from '../../lib/stacks/bundling.ts';
import manifest from '../../package.json' with { type: 'json' };
import { cleanEnv, ROOT } from './run-cli.ts';

const run = promisify(execFile);

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-packed-'));
const env = {
  ...cleanEnv(),
  npm_config_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
};
/** A bound for what hangs: npm, the compiler and a synthesis each take a while on a busy machine. */
const HANGS_MS = 600_000;
const tarball = join(folder, `inbound-check-${manifest.version}.tgz`);
let paths: string[];

beforeAll(async () => {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT, env });
  // What `prepack` prints comes before it.
  const [{ files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[\n'))) as [
    { files: { path: string }[] },
  ];
  paths = files.map(({ path }) => path);
}, HANGS_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the packed tarball holds the tool, the construct with its functions, and the pages, and nothing of the workshop', () => {
  expect(paths).toContain('dist/inbound-check.js');
  for (const name of FUNCTIONS) expect(paths).toContain(`dist/cdk/functions/${name}/index.mjs`);
  expect(paths).toContain('dist/cdk/console/index.html');
  for (const [, file] of exported(manifest.exports)) expect(paths).toContain(file.slice('./'.length));
  expect(paths).toContain('LICENSE');
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(20);
  for (const link of links) expect(paths).toContain(link);
  expect(new Set(paths.map((path) => path.replace(/\/.*/, '/')))).toEqual(
    new Set(['dist/', 'docs/', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'package.json']),
  );
});

it('the package is found by what it does, and the workflow that releases it has what provenance needs', () => {
  expect(manifest.keywords).toEqual(expect.arrayContaining(['reachability', 'firewall', 'aws-cdk']));
  // npm refuses another place than the repository that publishes, so a wrong one is worse than none.
  for (const key of ['repository', 'homepage', 'bugs']) expect(manifest).not.toHaveProperty(key);
  const release = parse(readFileSync(join(ROOT, 'docs/examples/release.yml'), 'utf8')) as {
    permissions: object;
    jobs: {
      publish: { permissions: object; 'runs-on': string; steps: { run?: string; uses?: string }[] };
    };
  };
  const { permissions, steps } = release.jobs.publish;
  expect([release.permissions, permissions]).toEqual([{}, { contents: 'read', 'id-token': 'write' }]);
  // A tag can be moved, and this job may publish.
  for (const { uses } of steps.filter((step) => step.uses !== undefined))
    expect(uses).toMatch(/@[0-9a-f]{40}$/);
  const commands = steps.flatMap((step) => step.run ?? []);
  expect(commands.at(-1)).toBe('npm publish --provenance --access public');
  expect(commands).toContain('npm test -- test/cli/packed.test.ts');
});

/** Entry and file of each of the package's exports. */
function exported(exports: object): [string, string][] {
  return Object.entries(exports).flatMap(([name, to]: [string, unknown]) =>
    typeof to === 'string'
      ? [[name, to] as [string, string]]
      : exported(to as object).map(([, file]): [string, string] => [name, file]),
  );
}

it('the packed tarball installs without the network and works by npx', async () => {
  await run('npm', ['install', '--prefix', folder, tarball], { env });
  const installed = join(folder, 'node_modules', 'inbound-check');
  expect(existsSync(join(folder, 'node_modules', 'zod'))).toBe(false);
  // What is bundled keeps its terms.
  expect(readFileSync(join(installed, 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8')).toMatch(/^zod \d/m);

  const npx = (...args: string[]) => run('npx', ['inbound-check', ...args], { cwd: folder, env });
  expect((await npx('--version')).stdout).toBe(`${manifest.version}\n`);
  expect((await npx('demo')).stdout).toContain('HTML report: reports/demo.html');
  expect(existsSync(join(folder, 'reports', 'demo.html'))).toBe(true);
});

/** As docs/deploy.md has it. */
const example = (): string =>
  /^```ts\n([\s\S]*?)^```/m.exec(readFileSync(join(ROOT, 'docs/deploy.md'), 'utf8'))?.[1] ?? '';

it(
  'the construct of the packed tarball puts a fleet into a fresh CDK app, with types',
  async () => {
    const app = join(folder, 'app');
    await run('npm', ['install', '--prefix', app, tarball], { env });
    const modules = join(app, 'node_modules');
    // No peer is installed for whoever wants the tool alone; an app has them. koffi and libsql are optional: some platforms have none.
    const optional = ['koffi', '@koromix', 'libsql', '@libsql', '@neon-rs', 'detect-libc'];
    expect(readdirSync(modules).filter((name) => !name.startsWith('.') && !optional.includes(name))).toEqual([
      'inbound-check',
    ]);
    for (const name of ['aws-cdk-lib', 'constructs'])
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    writeFileSync(join(app, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(app, 'app.ts'), example());
    writeFileSync(
      join(app, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          module: 'NodeNext',
          target: 'ES2022',
          skipLibCheck: true,
          types: [],
        },
        files: ['app.ts'],
      }),
    );
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', app], { env });
    await run(process.execPath, ['app.js'], {
      cwd: app,
      env: { ...env, CDK_OUTDIR: join(app, 'cdk.out'), CDK_CONTEXT_JSON: '{}' },
    });
    const template = JSON.parse(
      readFileSync(join(app, 'cdk.out', 'reachability-control.template.json'), 'utf8'),
    ) as { Resources: Record<string, { Type: string; Properties: { Handler?: string } }> };
    const functions = Object.values(template.Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );
    expect(functions.length).toBe(FUNCTIONS.length - 1);
    for (const { Properties } of functions) expect(Properties.Handler).toBe('index.handler');
    const assets = readdirSync(join(app, 'cdk.out')).filter((name) => name.startsWith('asset.'));
    expect(assets).toHaveLength(FUNCTIONS.length);
    for (const asset of assets) expect(readdirSync(join(app, 'cdk.out', asset))).toEqual(['index.mjs']);
    expect(readFileSync(join(app, 'cdk.out', 'Own.template.json'), 'utf8')).toContain(
      ':policy/reachability-operator-eu-central-1',
    );
  },
  HANGS_MS,
);
