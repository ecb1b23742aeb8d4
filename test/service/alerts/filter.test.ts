import { expect, it } from 'vitest';
import { wants } from '../../../lib/service/alerts/filter.ts';
import { change } from './change.ts';

it.each([
  [{}, true],
  [{ minSeverity: 'critical' as const }, true],
  [{ kinds: ['exposed' as const] }, false],
  [{ kinds: ['exposed' as const, 'failing' as const] }, true],
  [{ targets: ['shop'] }, true],
  [{ targets: ['sho'] }, false],
  [{ targets: ['s*p'] }, true],
  [{ targets: ['*'] }, true],
  [{ targets: ['*shop*'] }, true],
  [{ targets: ['shop*shop'] }, false],
  [{ targets: ['sho*op'] }, false],
  [{ targets: ['mail', 'S*'] }, true],
  [{ targets: ['s.op'] }, false],
])('%j lets a critical change of Shop through: %s', (filter, wanted) => {
  expect(wants(filter, change())).toBe(wanted);
});

it.each([
  ['info', 'warning', false],
  ['warning', 'warning', true],
  ['warning', 'critical', false],
  ['info', 'info', true],
] as const)('a change of severity %s gets past a minimum of %s: %s', (severity, minSeverity, wanted) => {
  expect(wants({ minSeverity }, change({ severity }))).toBe(wanted);
});

it('notifies whoever was notified of the fault that it has ended', () => {
  const recovered = change({ kind: 'recovered', severity: 'info' });
  expect(wants({ minSeverity: 'critical' }, recovered)).toBe(true);
  expect(wants({ minSeverity: 'critical', kinds: ['failing'] }, recovered)).toBe(false);
});

it('judges a pattern and a name of stars in no time', () => {
  const filter = { targets: ['*a*a*a*a*b'] };
  expect(wants(filter, change({ target: 'a'.repeat(200) }))).toBe(false);
});
