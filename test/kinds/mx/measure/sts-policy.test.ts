import { describe, expect, test } from 'vitest';
import { fitsPattern, parsePolicy } from '../../../../lib/kinds/mx/measure/sts-policy.ts';

const policy = (...lines: string[]) => parsePolicy(['version: STSv1', ...lines].join('\r\n'));

describe('an MTA-STS policy', () => {
  test('is read with line ends of either kind, unknown keys and blanks before the colon', () => {
    const read = policy(
      'mode : enforce',
      'mx: mx1.example.com',
      'mx: *.example.net',
      'later: x',
      'max_age: 604800',
      '',
    );
    expect(read).toEqual({
      ok: true,
      policy: { mode: 'enforce', maxAge: 604_800, mx: ['mx1.example.com', '*.example.net'] },
    });
    expect(parsePolicy('version: STSv1\nmode: none\nmax_age: 0')).toMatchObject({ ok: true });
  });

  test.each([
    ['no version', 'mode: none\nmax_age: 1', 'there is no "version: STSv1"'],
    ['a mode of its own', 'version: STSv1\nmode: strict\nmx: a.example\nmax_age: 1', 'the mode "strict"'],
    ['no mx', 'version: STSv1\nmode: enforce\nmax_age: 1', 'there is no "mx" line'],
    ['an age of years', 'version: STSv1\nmode: none\nmax_age: 31557601', 'max_age "31557601"'],
    ['an address as mx', 'version: STSv1\nmode: enforce\nmx: a b\nmax_age: 1', 'mx: a b is no name'],
    ['HTML', '<!doctype html>\n<p>version: STSv1', 'a line is no "key: value"'],
  ])('with %s is refused', (_, text, why) => {
    const read = parsePolicy(text);
    expect(read.ok ? '' : read.why).toContain(why);
  });

  test('of 65,536 mx lines 64 are kept', () => {
    const read = policy('mode: enforce', 'max_age: 1', ...Array(5_000).fill('mx: a.example'));
    expect(read.ok && read.policy.mx.length).toBe(64);
  });

  test.each([
    ['mx.example.com', 'mx.example.com', true],
    ['mx.example.com', '*.example.com', true],
    ['a.mx.example.com', '*.example.com', false],
    ['example.com', '*.example.com', false],
    ['mx.example.com.evil.example', '*.example.com', false],
  ])('%s against %s: %s', (exchange, pattern, fits) => {
    expect(fitsPattern(exchange, pattern)).toBe(fits);
  });
});
