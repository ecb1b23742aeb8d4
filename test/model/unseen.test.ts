import { describe, expect, it } from 'vitest';
import { asJsonEscape, byNumber, escapeJson, UNSEEN } from '../../lib/model/unseen.ts';

const PROPERTIES =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/u;

const codePoints = function* (): Generator<string> {
  for (let code = 0; code <= 0x10ffff; code += 1) yield String.fromCodePoint(code);
};
const isUnseen = (character: string): boolean => character.replace(UNSEEN, '') === '';
const hex = (character: string): string => (character.codePointAt(0) ?? 0).toString(16);

describe('the table of unseen characters', () => {
  // A character that a later Unicode adds needs a new name of the rule by which signed files are written: change both.
  it('is that of the properties it is built from, for every code point', () => {
    const differ = [...codePoints()].filter((one) => PROPERTIES.test(one) !== isUnseen(one));
    expect(differ.map(hex)).toEqual([]);
  });

  it.each(['\u034f', '\ufe0f', '\u061c', '\u00ad', '\u2060', '\ufeff', '\u{e0041}', '\u180e', '\u115f'])(
    'has %j',
    (character) => {
      expect(isUnseen(character)).toBe(true);
    },
  );

  it('leaves letters, marks, spaces and emoji', () => {
    expect('Zürich \u00a0é e\u0301 日本語 שלום 😀'.replace(UNSEEN, '')).toBe(
      'Zürich \u00a0é e\u0301 日本語 שלום 😀',
    );
  });
});

describe('a character by its number', () => {
  it('is short for bytes, and a pair in JSON beyond the first plane', () => {
    expect([byNumber('\u001b'), byNumber('\u{e0041}')]).toEqual(['\\x1b', '\\u{e0041}']);
    expect([asJsonEscape('<'), asJsonEscape('\u{e0041}')]).toEqual(['\\u003c', '\\udb40\\udc41']);
  });
});

describe('escaped JSON', () => {
  it('has no character that a browser or a terminal obeys, and the same value', () => {
    const value = { '<b>': '</script><!--&amp;\u2028\u2029\u202e\u001b[31m\u{e0041}', list: ['\ud800'] };
    const text = escapeJson(JSON.stringify(value, null, 2));
    expect(text).not.toMatch(/[<>&\u2028\u2029\u202e\u001b]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
