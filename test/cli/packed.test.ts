import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { cleanEnv, ROOT } from './run-cli.ts';

const run = promisify(execFile);

it('the packed tarball installs without the network and works by npx', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbound-check-packed-'));
  const env = {
    ...cleanEnv(),
    npm_config_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT, env });
  const [{ files }] = JSON.parse(packed.stdout) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toContain('dist/inbound-check.js');
  expect(paths).toContain('LICENSE');
  expect(paths.filter((path) => /^(lib|test|bin|node_modules)\//.test(path))).toEqual([]);

  await run('npm', ['install', '--prefix', folder, join(folder, `inbound-check-${manifest.version}.tgz`)], {
    env,
  });
  const installed = join(folder, 'node_modules', 'inbound-check');
  expect(existsSync(join(folder, 'node_modules', 'zod'))).toBe(false);
  // What is bundled keeps its terms.
  expect(readFileSync(join(installed, 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8')).toMatch(/^zod \d/m);

  const npx = (...args: string[]) => run('npx', ['inbound-check', ...args], { cwd: folder, env });
  expect((await npx('--version')).stdout).toBe(`${manifest.version}\n`);
  expect((await npx('demo')).stdout).toContain('HTML report: reports/demo.html');
  expect(existsSync(join(folder, 'reports', 'demo.html'))).toBe(true);
}, 120_000);
