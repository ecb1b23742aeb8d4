import { describe, expect, it } from 'vitest';
import { readListenerCode, spellCode } from '../../../lib/kinds/listener/code.ts';
import { newListenerCode } from '../../../lib/kinds/listener/new-code.ts';

const bytes = (hex: string) => () => Buffer.from(hex, 'hex');
const code = newListenerCode(bytes('3a1b2c3d4e5f60718293'));
const spelled = spellCode(code);

describe('the code of a listener', () => {
  it('is spelled in groups with a check character', () => {
    expect(spelled).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z*~$=U]$/);
    expect(code).toBe(spelled.slice(0, -2).replaceAll('-', ''));
  });

  it('holds all 80 bits', () => {
    expect(newListenerCode(bytes('00000000000000000000'))).toBe('0000000000000000');
    expect(newListenerCode(bytes('ffffffffffffffffffff'))).toBe('ZZZZZZZZZZZZZZZZ');
    expect(newListenerCode(bytes('80000000000000000001'))).toBe('G000000000000001');
  });

  it('is another one each time', () => {
    expect(newListenerCode()).not.toBe(newListenerCode());
  });

  it.each([
    ['as it was spelled', spelled],
    ['in lower case', spelled.toLowerCase()],
    ['without groups', spelled.replaceAll('-', '')],
    ['with blanks around and between', `  ${spelled.replaceAll('-', ' ')}\n`],
  ])('is read %s', (_, text) => {
    expect(readListenerCode(text)).toBe(code);
  });

  it('is read with O for 0, and I and L for 1', () => {
    const zeros = newListenerCode(bytes('00000000000000000001'));
    const check = spellCode(zeros).slice(-1);
    expect(readListenerCode(`OOOO-OOOO-oooo-000I-${check}`)).toBe(zeros);
    expect(readListenerCode(`0000-0000-0000-000l-${check}`)).toBe(zeros);
  });

  it('is refused with any one character misread', () => {
    const plain = spelled.replaceAll('-', '');
    const wrong = [...plain].flatMap((right, at) =>
      [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ']
        .filter((digit) => digit !== right)
        .map((digit) => plain.slice(0, at) + digit + plain.slice(at + 1)),
    );
    expect(wrong.length).toBeGreaterThan(500);
    expect(wrong.filter((text) => readListenerCode(text) !== undefined)).toEqual([]);
  });

  it('is refused with two neighbours exchanged', () => {
    const plain = spelled.replaceAll('-', '');
    for (let at = 0; at < 15; at += 1) {
      const [left = '', right = ''] = plain.slice(at, at + 2);
      const text = plain.slice(0, at) + right + left + plain.slice(at + 2);
      expect(readListenerCode(text), `${at}`).toBe(left === right ? code : undefined);
    }
  });

  it.each(['', 'ABCD', spelled.slice(0, -2), `${spelled}0`, spelled.replace(/^./, 'U'), 'é'.repeat(17)])(
    'is not %j',
    (text) => {
      expect(readListenerCode(text)).toBeUndefined();
    },
  );
});
