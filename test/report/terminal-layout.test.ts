import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLayout, paragraph } from '../../lib/report/terminal/layout.ts';

const layout = createLayout({ width: 40, color: false });
const lines = (text: string): string[] => paragraph(layout, '', text, 4).trimEnd().split('\n');

it('wraps plain text by counting: no line too wide, no word lost, words too long for a line cut', () => {
  const word = fc.string({ unit: fc.constantFrom(...'ab1.:/→’'), minLength: 1, maxLength: 90 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
      const wrapped = lines(words.join(' '));
      for (const line of wrapped) expect(line.length).toBeLessThanOrEqual(40);
      expect(wrapped.join('').replaceAll(' ', '')).toBe(words.join(''));
    }),
  );
});

it('fills each line as far as whole words go', () => {
  expect(lines('one two three four five six seven eight nine ten eleven')).toEqual([
    '    one two three four five six seven',
    '    eight nine ten eleven',
  ]);
});

it('leaves wide characters to the library that knows their widths', () => {
  const wrapped = lines('証明書 '.repeat(12).trim());
  // Three characters of two columns: five of them and four spaces fill 34 of 36 columns.
  expect(wrapped[0]?.trim()).toBe('証明書 証明書 証明書 証明書 証明書');
});
