import { expect, it } from 'vitest';
import { needy, worstFirst } from '../../lib/console/targets/worst-first.ts';
import type { Verdict } from '../../lib/model/vocabulary.ts';
import type { ListedTarget } from '../../lib/service/contracts/targets.ts';

const target = (name: string, verdict?: Verdict, since?: string): ListedTarget => ({
  name,
  hosts: [name],
  ...(verdict !== undefined && {
    latest: {
      runId: 'r',
      startedAt: '2026-11-30T10:00:00Z',
      verdict,
      ...(since !== undefined && { worst: { endpoint: `tcp://${name}:1`, since } }),
    },
  }),
});

const targets = [
  target('passes', 'pass'),
  target('never'),
  target('warns', 'warn', '2026-11-01T00:00:00Z'),
  target('fails-today', 'fail', '2026-11-30T00:00:00Z'),
  target('fails-long', 'fail', '2026-11-02T00:00:00Z'),
  target('unjudged', 'inconclusive', '2026-11-03T00:00:00Z'),
];

it('sorts what fails longest to the top, and what was never checked before what passes', () => {
  expect(worstFirst(targets).map(({ name }) => name)).toEqual([
    'fails-long',
    'fails-today',
    'unjudged',
    'warns',
    'never',
    'passes',
  ]);
});

it('needs somebody: what fails or could not be judged, and nothing else', () => {
  expect(needy(targets).map(({ name }) => name)).toEqual(['fails-long', 'fails-today', 'unjudged']);
});
