import { expect, it } from 'vitest';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import { withoutRepeats } from '../../lib/plan/without-repeats.ts';

const endpoint = (id: string, target: string): Endpoint => ({
  id,
  target,
  kind: 'tcp',
  host: 'far.example',
  port: 443,
  expect: 'open',
  level: 'required',
});

it('lets a far end that two targets share through once, and pulls lazily', () => {
  let pulled = 0;
  function* all() {
    for (const one of [endpoint('a', 'x'), endpoint('a', 'y'), endpoint('b', 'y')]) {
      pulled += 1;
      yield one;
    }
  }
  const left = withoutRepeats(all());
  expect(left.next().value).toMatchObject({ id: 'a', target: 'x' });
  expect(pulled).toBe(1);
  expect([...left].map(({ id }) => id)).toEqual(['b']);
});
