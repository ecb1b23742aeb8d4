import { expect, it } from 'vitest';
import { withoutRepeatedDependencies } from '../../../lib/engine/plan/without-repeated-dependencies.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';

const endpoint = (id: string, target: string, isDependency: boolean): Endpoint => ({
  id,
  target,
  kind: 'tcp',
  host: 'host.example',
  port: 443,
  expect: 'open',
  level: 'required',
  ...(isDependency && { isDependency }),
});

it('lets a far end that two targets share through once, leaves the rest alone, and pulls lazily', () => {
  let pulled = 0;
  function* all() {
    for (const one of [
      endpoint('far', 'x', true),
      endpoint('own', 'x', false),
      endpoint('far', 'y', true),
      endpoint('own', 'y', false),
    ]) {
      pulled += 1;
      yield one;
    }
  }
  const left = withoutRepeatedDependencies(all());
  expect(left.next().value).toMatchObject({ id: 'far', target: 'x' });
  expect(pulled).toBe(1);
  expect([...left].map(({ id, target }) => [id, target])).toEqual([
    ['own', 'x'],
    ['own', 'y'],
  ]);
});
