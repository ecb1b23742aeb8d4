import { describe, expect, it } from 'vitest';
import { addressOf, type ConsolePlace, placeOf } from '../../lib/console/places/place.ts';

describe('the place in the console', () => {
  it.each<ConsolePlace>([
    { view: 'check' },
    { view: 'check', host: 'www.example.com', profile: 'web', ticket: 'T 1/2 & more' },
    { view: 'run', runId: '20261130T101500Z-ab12' },
    { view: 'targets' },
    { view: 'target', name: 'Shop / staging %2F ?#' },
    { view: 'settings', part: 'links' },
    { view: 'register' },
    { view: 'register', run: '20261130T101500Z-ab12', target: 'a & b' },
    { view: 'register', host: 'www.example.com', profile: 'web' },
    { view: 'change', name: 'Shop / staging' },
    { view: 'gates' },
    { view: 'gate', name: 'a/b' },
    { view: 'causes' },
    { view: 'causes', code: 'tcp.filtered' },
    { view: 'profiles', id: 'lucy-saas' },
  ])('comes back from its address: %j', (route) => {
    expect(placeOf(addressOf(route))).toEqual(route);
  });

  it.each([
    '',
    '#',
    '#/',
    '#/nowhere',
    '#/runs',
    '#/runs/%E0%A4%A',
    '#//evil.example',
    '#javascript:alert(1)',
  ])('is the first screen for %j, which is none of ours', (hash) => {
    expect(placeOf(hash)).toEqual({ view: 'check' });
  });
});
