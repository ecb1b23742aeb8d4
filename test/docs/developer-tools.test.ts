/** A developer's tool that gets an option it doesn't know says so in one line and does nothing. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ROUNDS, labOptions } from '../lab/options.ts';

const root = join(import.meta.dirname, '..', '..');

describe('a tool with an unknown option', () => {
  it.each([
    ['test/lab/run.ts', '--nonsense'],
    ['test/lab/run.ts', 'nonsense'],
    ['test/bench/run.ts', '--nonsense'],
    ['bin/cost.ts', '--nonsense'],
  ])('%s %s says so in one line, with exit status 64', (tool, option) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', tool, option], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/^[^\n]*nonsense[^\n]*\n$/);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  });
});

describe('the options of the lab', () => {
  it('are rounds and other tools for all cases, and no rounds for some', () => {
    expect(labOptions([])).toEqual({
      rounds: DEFAULT_ROUNDS,
      peers: true,
      retry: false,
      list: false,
      help: false,
    });
    expect(labOptions(['--only', '^smtp-'])).toMatchObject({ only: /^smtp-/, rounds: 0 });
    expect(labOptions(['--only', 'x', '--rounds', '3', '--no-peers', '--retry'])).toMatchObject({
      rounds: 3,
      peers: false,
      retry: true,
    });
  });

  it.each([
    [['--rounds', 'many'], '--rounds many: a whole number, 0 or more'],
    [['--rounds=-1'], '--rounds -1: a whole number, 0 or more'],
    [['--only', '('], '--only (: not a regular expression'],
    [['--rounds'], "Option '--rounds <value>' argument missing"],
    [['--faults'], "Unknown option '--faults'"],
  ])('%j are wrong', (args, line) => expect(labOptions(args)).toBe(line));
});
