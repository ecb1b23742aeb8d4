import { expect, it } from 'vitest';
import { reasonOf, validatedOf } from '../../../lib/service/api/validated.ts';

const vouch = { by: 'ada', reason: reasonOf('T-1', 'moved: again') };
const of = (target: unknown) => validatedOf({ runId: 'r', targets: [target], vouch });

it.each([
  [
    { host: 'a.example.com', profile: 'web' },
    { host: 'a.example.com', profile: 'web' },
  ],
  [{ name: 'a', check: ['smtp://mx.example.com:25'] }, { host: 'smtp://mx.example.com:25' }],
  [
    { name: 'a', check: ['https://a.example.com/', { uri: 'http://a.example.com/', level: 'recommended' }] },
    { host: 'a.example.com' },
  ],
  [{ name: 'two', check: ['https://a.example.com/', 'ssh://b.example.com'] }, {}],
])('of %j is %j, with its ticket', (target, expected) => {
  expect(of(target)).toEqual({ ...expected, ticket: 'T-1' });
});

it('of a run of registered targets is nothing, and of who vouched in other words has no ticket', () => {
  expect(validatedOf({ runId: 'r', targets: [{ name: 'shop' }] })).toBeUndefined();
  expect(validatedOf(undefined)).toBeUndefined();
  const other = { ...vouch, reason: 'by a link' };
  expect(validatedOf({ targets: [{ host: 'a', profile: 'web' }], vouch: other })).toEqual({
    host: 'a',
    profile: 'web',
  });
});
