import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../cli/run-cli.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'inbound-check-count-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const report = join(folder, 'report.json');
const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/** The lines that count.mjs prints. */
function runCount(...args: readonly string[]): string[] {
  return execFileSync(process.execPath, [join(ROOT, '.ci', 'count.mjs'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
  })
    .trim()
    .split('\n');
}

const countReport = (status: number): string[] => runCount(report, String(status));

function count(written: unknown, status: number): string[] {
  writeFileSync(report, JSON.stringify(written));
  return countReport(status);
}

const file = (status: string, ...tests: string[]) => ({
  name: join(folder, 'one.test.ts'),
  status,
  message: status === 'failed' && tests.length === 0 ? 'no such\n module' : '',
  assertionResults: tests.map((each, index) => ({
    ancestorTitles: ['', 'a suite'],
    title: `test ${index + 1}`,
    status: each === 'flaky' ? 'passed' : each,
    failureMessages: each === 'failed' || each === 'flaky' ? ['Error: expected'] : [],
  })),
});

describe('CI counts', () => {
  it.each<[string, unknown, number, string[]]>([
    [
      'tests over files',
      { success: true, testResults: [file('passed', 'passed', 'passed'), file('passed', 'passed')] },
      0,
      ['3 0'],
    ],
    [
      'failures, by name',
      { success: false, testResults: [file('failed', 'passed', 'failed')] },
      1,
      ['1 1', 'failed: one.test.ts > a suite > test 2'],
    ],
    [
      'a test that passed at its second attempt as passed, and names it',
      { success: true, testResults: [file('passed', 'flaky', 'passed')] },
      0,
      ['2 0', 'flaky: one.test.ts > a suite > test 1'],
    ],
    [
      'a file that could not be loaded as one failure',
      { success: false, testResults: [file('passed', 'passed'), file('failed')] },
      1,
      ['1 1', 'failed: one.test.ts: no such module'],
    ],
    [
      'a suite without a test as one failure',
      { success: true, testResults: [] },
      0,
      ['0 1', 'failed: no test ran'],
    ],
    [
      'a suite of skipped tests as one failure',
      { success: true, testResults: [file('passed', 'skipped')] },
      0,
      ['0 1', 'failed: no test ran'],
    ],
    [
      'an error outside of any test as one failure',
      { success: true, testResults: [file('passed', 'passed')] },
      1,
      ['1 1', 'failed: an error outside of any test'],
    ],
  ])('%s', (_what, written, status, expected) => {
    expect(count(written, status)).toEqual(expected);
  });
});

describe('what CI runs again', () => {
  const named = (name: string, ...results: string[]) => ({
    ...file(results.includes('failed') || results.length === 0 ? 'failed' : 'passed', ...results),
    name: join(folder, name),
  });
  const again = join(folder, 'again.json');
  const both = (first: unknown, second: unknown, secondStatus: number): string[] => {
    writeFileSync(report, JSON.stringify(first));
    writeFileSync(again, JSON.stringify(second));
    return runCount(report, '1', again, String(secondStatus));
  };
  const first = {
    success: false,
    testResults: [
      named('one.test.ts', 'passed', 'failed'),
      named('two.test.ts', 'passed'),
      named('three.test.ts'),
    ],
  };

  it('is each file with a failure, or everything where no file is to blame', () => {
    writeFileSync(report, JSON.stringify(first));
    expect(runCount('--again', report, '1')).toEqual(['one.test.ts', 'three.test.ts']);
    writeFileSync(report, JSON.stringify({ success: true, testResults: [named('two.test.ts', 'passed')] }));
    expect(runCount('--again', report, '1')).toEqual(['.']);
    expect(runCount('--again', report, '0')).toEqual(['']);
    expect(runCount('--again', join(folder, 'absent.json'), '1')).toEqual(['.']);
  });

  it('counts once, and what passed then is flaky', () => {
    const second = {
      success: true,
      testResults: [named('one.test.ts', 'passed', 'passed'), named('three.test.ts', 'passed')],
    };
    expect(both(first, second, 0)).toEqual([
      '4 0',
      'flaky: one.test.ts > a suite > test 2',
      'flaky: three.test.ts: no such module',
    ]);
  });

  it('stays a failure when it fails again', () => {
    const second = {
      success: false,
      testResults: [named('one.test.ts', 'passed', 'failed'), named('three.test.ts', 'passed')],
    };
    expect(both(first, second, 1)).toEqual([
      '3 1',
      'failed: one.test.ts > a suite > test 2',
      'flaky: three.test.ts: no such module',
    ]);
  });

  it('is no way around a suite that never ran', () => {
    expect(both({ success: true, testResults: [] }, { success: true, testResults: [] }, 0)).toEqual([
      '0 1',
      'failed: no test ran',
    ]);
  });
});

describe('of what vitest itself writes', () => {
  const run = (name: string, source: string): string[] => {
    writeFileSync(join(folder, name), source);
    const args = ['run', name, '--root', folder, '--globals', '--retry=1'];
    const { status } = spawnSync(
      process.execPath,
      [VITEST, ...args, '--reporter=json', `--outputFile.json=${report}`],
      // Nothing of the vitest that runs this test.
      { cwd: folder, env: { PATH: process.env.PATH }, stdio: 'ignore' },
    );
    return countReport(status ?? 1);
  };

  it('CI tells the test that needed a second attempt from those that pass and fail', () => {
    const source = `
      let attempts = 0;
      describe('a suite', () => {
        it('passes', () => {});
        it('passes at its second attempt', () => { attempts += 1; expect(attempts).toBe(2); });
        it('fails', () => { expect(1).toBe(2); });
      });`;
    expect(run('attempts.test.js', source)).toEqual([
      '2 1',
      'failed: attempts.test.js > a suite > fails',
      'flaky: attempts.test.js > a suite > passes at its second attempt',
    ]);
  });

  it('CI sees an error that belongs to no test', () => {
    const source = `
      it('passes', async () => {
        Promise.reject(new Error('nobody waits for it'));
        await new Promise((resolve) => setImmediate(resolve));
      });`;
    expect(run('error.test.js', source)).toEqual(['1 1', 'failed: an error outside of any test']);
  });
});
