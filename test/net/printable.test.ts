import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from '../../lib/net/printable.ts';

describe('printable text', () => {
  it.each([
    ['220 mx.example.com ESMTP', '220 mx.example.com ESMTP'],
    ['Grüße aus Zürich', 'Grüße aus Zürich'],
    ['a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    ['nul\0 bell\u0007 del\u007f csi\u009b', 'nul\\x00 bell\\x07 del\\x7f csi\\x9b'],
    ['evil\u202Egnp.exe', 'evil\\u{202e}gnp.exe'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['line\u2028paragraph\u2029', 'line\\u{2028}paragraph\\u{2029}'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['lone\ud800', 'lone\\u{d800}'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ])('shows %j as %j', (input, shown) => {
    expect(printable(input)).toBe(shown);
  });

  it('reads bytes as UTF-8 when they are that', () => {
    expect(printable(Buffer.from('Zürich ✓'))).toBe('Zürich ✓');
  });

  it('shows bytes that are not UTF-8 one by one', () => {
    expect(printable(Buffer.from([0x48, 0xff, 0xe9, 0x0a]))).toBe('H\\xff\\xe9\\n');
  });

  it('does not blame the peer for a character that the bound cut in two', () => {
    const bytes = Buffer.from('€'.repeat(1_000));
    expect(printable(bytes, 10)).toBe('€€€€€€€€€…');
  });

  it('cuts what is too long and says so', () => {
    expect(printable('x'.repeat(50), 10)).toBe('xxxxxxxxx…');
    expect(printable('x'.repeat(10), 10)).toBe('xxxxxxxxxx');
    expect(printable('abc', 0)).toBe('');
  });

  it('is bounded and free of controls whatever comes, and the same when it is shown again', () => {
    const inputs = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.uint8Array({ maxLength: 600 }));
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 200 }), (input, max) => {
        const shown = printable(input, max);
        expect(shown.length).toBeLessThanOrEqual(max);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(printable(shown, max)).toBe(shown);
      }),
    );
  });
});
