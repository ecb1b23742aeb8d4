import { expect, it } from 'vitest';
import { sideOf } from '../../lib/console/check/whose-turn.ts';

it.each([
  ['tcp.filtered', 'network'],
  ['dns.nxdomain', 'dns'],
  ['tls.cert-expired', 'service'],
  [undefined, undefined],
  ['tcp.invented-later', undefined],
  ['toString', undefined],
])('%s is the turn of %s', (cause, side) => {
  expect(sideOf(cause)).toBe(side);
});
