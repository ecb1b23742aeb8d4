import { expect, it } from 'vitest';
import { callOf, keepCall } from '../../lib/console/gate/other-end/kept-calls.ts';
import { newAsking, newCode } from '../../lib/console/gate/other-end/keys.ts';

it('keeps the code and who is asked, target by target', () => {
  const code = newCode();
  const asking = newAsking(code);
  keepCall('Shop', { way: 'python', code });
  keepCall('Shop', { asking });
  expect(callOf('Shop')).toEqual({ way: 'python', code, asking });
  expect(callOf('Mail')).toEqual({});
  keepCall('Shop', { asking: undefined });
  expect([callOf('Shop').asking, callOf('Shop').code]).toEqual([undefined, code]);
});
