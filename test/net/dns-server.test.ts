import { describe, expect, it } from 'vitest';
import { dnsServerAddress, parseDnsServer } from '../../lib/net/dns-server.ts';
import { createGuard } from '../../lib/net/guard.ts';

describe('the address of a DNS server', () => {
  it.each([
    ['192.0.2.53', '192.0.2.53', 53],
    ['192.0.2.53:5353', '192.0.2.53', 5353],
    ['2001:db8::53', '2001:db8::53', 53],
    ['[2001:db8::53]', '2001:db8::53', 53],
    ['[2001:db8::53]:5353', '2001:db8::53', 5353],
    // Its last group is no port.
    ['::1:5353', '::1:5353', 53],
    ['fe80::1%eth0', 'fe80::1%eth0', 53],
  ])('%s', (text, address, port) => {
    expect(parseDnsServer(text)).toEqual({ address, port });
    expect(dnsServerAddress(text)).toBe(address);
  });

  it.each([
    '',
    'resolver.example',
    'resolver.example:53',
    '192.0.2.53:',
    '192.0.2.53:0',
    '192.0.2.53:65536',
    '[192.0.2.53]:53',
    '[2001:db8::53',
    '2001:db8::53]:53',
    '[[2001:db8::53]]:53',
    '192.0.2.053:53',
    ' 192.0.2.53',
  ])('is not read from %j, and a guard refuses it', (text) => {
    expect(parseDnsServer(text)).toBeUndefined();
    expect(createGuard({ allowPrivate: true })(dnsServerAddress(text))).toBe('not an IP address');
  });

  it.each(['::1', '[::1]:53', '127.0.0.1:53', '::ffff:10.0.0.1', '[fd00::1]', '169.254.169.254:53'])(
    'of %s is judged by the guard as the address that would be dialled',
    (text) => {
      expect(createGuard({ allowPrivate: false })(dnsServerAddress(text))).toBeTypeOf('string');
      expect(createGuard({ allowPrivate: false })(dnsServerAddress(text))).not.toBe('not an IP address');
    },
  );
});
