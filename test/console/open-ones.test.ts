import { expect, it } from 'vitest';
import { openOnes } from '../../lib/console/report/order.ts';

const endpoint = (
  port: number,
  kind: 'tcp' | 'https',
  verdict: 'pass' | 'fail',
  expect: 'open' | 'closed',
) => ({
  kind,
  port,
  verdict,
  expect,
});

it('names what is open beside what is not, each once, by port', () => {
  expect(
    openOnes([
      endpoint(8443, 'https', 'pass', 'open'),
      endpoint(443, 'https', 'fail', 'open'),
      endpoint(25, 'tcp', 'pass', 'open'),
      endpoint(8443, 'https', 'pass', 'open'),
      endpoint(22, 'tcp', 'pass', 'closed'),
    ]),
  ).toEqual({ named: ['25 TCP', '8443 HTTPS'], more: 0 });
});

it('counts what is more than a person reads', () => {
  const many = Array.from({ length: 9 }, (_, index) => endpoint(1_000 + index, 'tcp', 'pass', 'open'));
  expect(openOnes(many)).toMatchObject({ more: 3 });
});
