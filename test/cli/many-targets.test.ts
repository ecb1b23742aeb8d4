import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

it('10,000 targets in one file are all checked, in less than 250 MB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbound-check-many-'));
  const targets = join(folder, 'targets.yaml');
  // Nothing listens on port 1 of these addresses: each is refused at once.
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
    { env: { NODE_OPTIONS: `--require ${hook}` } },
  );
  expect([status, stderr]).toEqual([0, '']);
  const ids = new Set(readFileSync(output, 'utf8').match(/tcp:\/\/127\.1\.\d+\.\d+:1 \(closed\)/g));
  expect(ids.size).toBe(10_000);
  const megabytes = Number(readFileSync(memory, 'utf8')) / 1024;
  expect(megabytes).toBeLessThan(250);
}, 120_000);
