import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible, visibleJson, visibleLines } from '../../../lib/report/words/visible.ts';

describe('visible', () => {
  it.each([
    ['an escape sequence', '\u001b[31m', '\\x1b[31m'],
    ['its 8-bit form', '\u009b2J', '\\x9b2J'],
    ['NUL', 'a\u0000b', 'a\\x00b'],
    ['a line break', 'a\r\nb', 'a\\x0d\\x0ab'],
    ['a right-to-left override', '\u202egpj.exe', '\\u{202e}gpj.exe'],
    ['a bidi isolate', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['a zero-width space', 'pay\u200bpal', 'pay\\u{200b}pal'],
    ['a tag character', 'a\u{e0041}', 'a\\u{e0041}'],
    ['a lone surrogate', '\ud800', '\\u{d800}'],
    ['a noncharacter', '\ufffe', '\\u{fffe}'],
    ['a noncharacter of a higher plane', '\u{10fffe}', '\\u{10fffe}'],
    ['a variation selector', '❤\ufe0f', '❤\\u{fe0f}'],
    ['a grapheme joiner', 'a\u034fb', 'a\\u{34f}b'],
    ['an invisible Hangul filler', '\u3164', '\\u{3164}'],
    ['the fourth combining mark on a letter', 'e\u0301\u0301\u0301\u0301', 'e\u0301\u0301\u0301\\u{301}'],
  ])('shows %s by its number', (_name, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each(['plain', 'Grüße', '日本語', 'שלום', '😀', 'नमस्ते'])('leaves %s as it is', (text) => {
    expect(visible(text)).toBe(text);
  });

  it('never lets a control through, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('visibleLines', () => {
  it('keeps line breaks and indents with spaces, and nothing else unseen', () => {
    expect(visibleLines('permit\n\tany\r\nend\u001b\n\n')).toEqual(['permit', '  any', 'end\\x1b']);
  });
});

describe('visibleJson', () => {
  it('loses nothing and holds nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(undefined, 2), (text, indent) => {
        const json = visibleJson({ text, list: [text] }, indent);
        expect(JSON.parse(json)).toEqual({ text, list: [text] });
        expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
