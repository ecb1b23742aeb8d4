/** A developer's tool that gets an option it doesn't know says so in one line and does nothing. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wrongUnderLoss } from '../lab/cases/under-loss.ts';
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

describe('what the lab takes as right where packets are lost', () => {
  const expected = {
    verdict: 'fail',
    state: 'broken',
    cause: 'tcp.path-mtu',
    side: 'network',
    alsoFound: ['tls.handshake-timeout'],
  } as const;
  const one = {
    expected,
    underLoss: { orElse: ['tcp.filtered'], lastDevice: '10.77.60.2 (hop 2)', neverSays: /never/ },
  } as const;
  const said = { verdict: 'fail', cause: 'tcp.path-mtu', side: 'network', summary: '' } as const;
  const last = 'The last device that answers on the way there is ';

  it.each([
    ['the expected cause', said],
    ['what was seen beside it', { ...said, cause: 'tls.handshake-timeout', side: 'service' }],
    ['a cause that the case allows', { ...said, cause: 'tcp.filtered' }],
    ['that nothing is decided', { verdict: 'inconclusive', cause: 'prober.overloaded', summary: '' }],
    ['the true last device', { ...said, summary: `${last}10.77.60.2 (hop 2).` }],
  ] as const)('%s', (_, report) => expect(wrongUnderLoss(one, report)).toEqual([]));

  it.each([
    ['another cause', { ...said, cause: 'tcp.service-hangs' }],
    ['another cause beside it', { ...said, alsoFound: ['tcp.data-dropped'] }],
    ['another cause, though nothing is decided', { ...said, verdict: 'inconclusive', cause: 'tcp.refused' }],
    ['a pass', { verdict: 'pass', summary: '' }],
    ['another side', { ...said, side: 'service' }],
    ['another last device', { ...said, summary: `${last}10.77.1.1 (hop 1).` }],
    ['an explanation that is not the true one', { ...said, summary: 'and never' }],
  ] as const)('not %s', (_, report) =>
    expect(wrongUnderLoss(one, report as Parameters<typeof wrongUnderLoss>[1])).toHaveLength(1),
  );
});

describe('the options of the lab', () => {
  it('are rounds and other tools for all cases, and no rounds for some', () => {
    expect(labOptions([])).toEqual({
      rounds: DEFAULT_ROUNDS,
      peers: true,
      lossy: false,
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
    expect(labOptions(['--lossy', '--only', 'x'])).toMatchObject({
      lossy: true,
      rounds: DEFAULT_ROUNDS,
      peers: false,
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
