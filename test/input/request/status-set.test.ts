import { expect, it } from 'vitest';
import { parseStatusSet, statusSetText } from '../../../lib/input/request/status-set.ts';

it.each(['200', '200-299', '200,301', '100-101,599'])('%s comes back as it was written', (text) => {
  const read = parseStatusSet(text);
  expect(read.ok && statusSetText(read.value)).toBe(text);
});

it.each(['', 'ok', '99', '600', '200-', '299-200'])(
  '%j is refused with an example or with what is empty',
  (text) => {
    const read = parseStatusSet(text);
    expect(read.ok ? '' : read.message).toMatch(/200-299|is empty/);
  },
);
