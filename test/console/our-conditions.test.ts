import { expect, it } from 'vitest';
import { ourConditions } from '../../lib/console/check/our-conditions.ts';
import type { OwnCondition } from '../../lib/model/own-condition.ts';

const NOW = Date.parse('2026-03-10T06:00:00.000Z');
const away: OwnCondition = { kind: 'uplink-away', from: '2026-03-10T01:00:00.000Z', detail: 'no answer' };
const over = (until: string): OwnCondition => ({ ...away, until });

it('tells what lasts from what was in the last days, and leaves out what is long over', () => {
  const [now, night, old] = [away, over('2026-03-09T23:00:00.000Z'), over('2026-01-01T00:00:00.000Z')];
  expect(ourConditions([now, night, old], NOW)).toEqual({ lasting: [now], lately: [night] });
  expect(ourConditions([], NOW)).toEqual({ lasting: [], lately: [] });
});

it('shows the newest few', () => {
  const many = Array.from({ length: 9 }, (_, at) => over(`2026-03-10T0${5 - Math.min(at, 5)}:00:00.000Z`));
  expect(ourConditions(many, NOW).lately).toEqual(many.slice(0, 5));
});
