/** systemd's own tool reads the unit of docs/examples. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../cli/run-cli.ts';

const UNIT = readFileSync(join(ROOT, 'docs/examples/inbound-check-station.service'), 'utf8');

function verify(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'inbound-check-unit-')), 'inbound-check-station.service');
  writeFileSync(path, text);
  const { status, stdout, stderr, error } = spawnSync('systemd-analyze', ['verify', path], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  // Of other units of the machine it may say something, too.
  const own = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('inbound-check-station'));
  return [...(status === 0 ? [] : [`status ${status}`]), ...own].join('\n');
}

it('the example unit is one that systemd takes without a remark', () => {
  expect(verify(UNIT)).toBe('');
  expect(verify(UNIT.replace('ProtectHome=', 'ProtectHouse='))).toContain('ProtectHouse');
});
