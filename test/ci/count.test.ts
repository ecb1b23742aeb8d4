import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../cli/run-cli.ts';

const path = join(mkdtempSync(join(tmpdir(), 'inbound-check-count-')), 'report.json');

function count(report: unknown): string {
  writeFileSync(path, JSON.stringify(report));
  return execFileSync(process.execPath, [join(ROOT, '.ci', 'count.mjs'), path], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
}

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe('CI counts', () => {
  it.each([
    [
      'tests over files',
      { success: true, testResults: [file('passed', 'passed', 'passed'), file('passed', 'passed')] },
      '3 0',
    ],
    ['failures', { success: false, testResults: [file('failed', 'passed', 'failed')] }, '1 1'],
    [
      'a file that could not be loaded as one failure',
      { success: false, testResults: [file('passed', 'passed'), file('failed')] },
      '1 1',
    ],
    ['a suite without a test as one failure', { success: true, testResults: [] }, '0 1'],
    [
      'a suite of skipped tests as one failure',
      { success: true, testResults: [file('passed', 'skipped')] },
      '0 1',
    ],
    [
      'an error outside of any test as one failure',
      { success: false, testResults: [file('passed', 'passed')] },
      '1 1',
    ],
  ])('%s', (_what, report, expected) => {
    expect(count(report)).toBe(expected);
  });
});
