import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBounded } from '../../../lib/report/signature/bounded-json.ts';

describe('JSON within bounds', () => {
  it('is what the parser reads, with the keys counted', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parseBounded(text)).toMatchObject({ ok: true, value: JSON.parse(text) });
      }),
    );
    expect(parseBounded('{"a:\\"{[,":{"b":[1,2]},"b":"\\\\","b":1}')).toMatchObject({ ok: true, keys: 4 });
  });

  it.each<[what: string, text: string, reason: string]>([
    ['a deep nest', `${'['.repeat(101)}${']'.repeat(101)}`, 'nested too deeply'],
    ['a deep nest that never closes', '{"a":'.repeat(1_000_000), 'nested too deeply'],
    ['a long list', `[${'12345678,'.repeat(200_001)}0]`, 'too many members'],
    ['much of little text', `[${'[],'.repeat(30_000)}0]`, 'too many values'],
    ['long words, but many', `[${`[${'"abcdefgh",'.repeat(190_000)}0],`.repeat(14)}0]`, 'too many values'],
    ['many small lists', `[${`[${'[],'.repeat(199_000)}0],`.repeat(26)}0]`, 'too many values'],
    ['many keys', `[${`{${'"a":1,'.repeat(190_000)}"b":0},`.repeat(14)}0]`, 'too many values'],
    ['no JSON', '{"a"', 'not JSON'],
    ['an open string', '"abc', 'not JSON'],
    ['nothing', '', 'not JSON'],
  ])('refuses %s', (_what, text, reason) => {
    expect(parseBounded(text)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });
});
