import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

it('10,000 targets in one file are all checked, in less than 250 MB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbound-check-many-'));
  const targets = join(folder, 'targets.yaml');
  // Nothing listens on port 1 of these addresses: each is refused immediately.
  const lines = Array.from(
    { length: 10_000 },
    (_, index) =>
      `  - { name: Target ${index}, closed: ["tcp://127.1.${index >> 7}.${(index & 127) + 1}:1"] }`,
  );
  writeFileSync(targets, `targets:\n${lines.join('\n')}\n`);
  const memory = join(folder, 'memory');
  const hook = join(folder, 'memory.cjs');
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(memory)}, String(process.resourceUsage().maxRSS)));\n`,
  );
  const output = join(folder, 'report.csv');
  const { status, stderr } = await runCli(
    [
      'check',
      '-f',
      targets,
      '--allow-private',
      '--no-default-controls',
      '--format',
      'csv',
      '--output',
      output,
    ],
    // How much V8 lets new objects take before it looks for garbage is its own choice: 16 MB in Node 20, 64 MB in Node 24,
    // twice or three times over. With the same for both, the rest is what the tool holds.
    { env: { NODE_OPTIONS: `--require ${hook} --max-semi-space-size=16` } },
  );
  expect([status, stderr]).toEqual([0, '']);
  const ids = new Set(readFileSync(output, 'utf8').match(/tcp:\/\/127\.1\.\d+\.\d+:1 \(closed\)/g));
  expect(ids.size).toBe(10_000);
  const megabytes = Number(readFileSync(memory, 'utf8')) / 1024;
  expect(megabytes).toBeLessThan(250);
});
