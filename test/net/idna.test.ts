import { describe, expect, it } from 'vitest';
import { numericAddress, toAsciiHost } from '../../lib/net/idna.ts';

describe('host names on the wire', () => {
  it.each([
    ['Example.COM', 'example.com'],
    ['example.com.', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['例え.テスト', 'xn--r8jz45g.xn--zckzah'],
    ['faß.de', 'xn--fa-hia.de'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['localhost', 'localhost'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8::1', '2001:db8::1'],
  ])('writes %s as %s', (host, ascii) => {
    expect(toAsciiHost(host)).toBe(ascii);
  });

  it.each([
    '',
    '.',
    'a..b',
    'exa mple.com',
    'user@example.com',
    'example.com/path',
    'example.com:80',
    '-a.example',
    'a-.example',
    'x'.repeat(64),
    `${'a.'.repeat(130)}example`,
    'xn--\u0080',
    '127.1',
    '0x7f000001',
    '１２７.0.0.1',
    '%31%32%37.0.0.1',
    'a\u0000b.example',
  ])('refuses %j', (host) => {
    expect(toAsciiHost(host)).toBeUndefined();
  });

  it.each([
    ['0177.0.0.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['010.8.8.8', '8.8.8.8'],
    ['１２７.0.0.1', '127.0.0.1'],
  ])('sees the address behind the spelling %s', (text, address) => {
    expect(numericAddress(text)).toBe(address);
  });

  it.each(['127.0.0.1', '::1', 'www.example.com', '1and1.example', '1.2.3.4.5', 'a.1'])(
    'sees no unusual spelling in %s',
    (text) => {
      expect(numericAddress(text)).toBeUndefined();
    },
  );
});
