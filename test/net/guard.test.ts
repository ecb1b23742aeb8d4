import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressScope, createGuard, judgeAddress } from '../../lib/net/guard.ts';

const strict = createGuard({ allowPrivate: false });
const lab = createGuard({ allowPrivate: true });

describe('the address guard', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '162.55.130.83',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.31.196.1',
    '192.52.193.1',
    '192.175.48.1',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2001:4860:4860::8888',
    '192.0.0.9',
    '192.0.0.10',
    '2001:1::1',
    '2001:1::2',
    '2001:1::3',
    '2001:3::1',
    '2001:4:112::1',
    '2001:200::1',
    '2620:4f:8000::1',
    '3ffe::1',
    '64:ff9b::808:808',
    '2002:808:808::1',
  ])('lets the public address %s pass', (address) => {
    expect(strict(address)).toBeUndefined();
    expect(addressScope(address)).toBe('public');
  });

  it.each([
    ['127.0.0.1', 'loopback', 'loopback'],
    ['127.255.255.254', 'loopback', 'loopback'],
    ['::1', 'loopback', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback', 'loopback'],
    ['10.0.0.0', 'private', 'private (RFC 1918)'],
    ['10.255.255.255', 'private', 'private (RFC 1918)'],
    ['172.16.0.1', 'private', 'private (RFC 1918)'],
    ['172.31.255.255', 'private', 'private (RFC 1918)'],
    ['192.168.255.255', 'private', 'private (RFC 1918)'],
    ['100.64.0.1', 'private', 'carrier-grade NAT (RFC 6598)'],
    ['100.127.255.255', 'private', 'carrier-grade NAT (RFC 6598)'],
    ['169.254.1.1', 'private', 'link-local (RFC 3927)'],
    ['192.0.0.8', 'private', 'IETF protocol assignments (RFC 6890)'],
    ['192.0.2.1', 'private', 'documentation (RFC 5737)'],
    ['198.51.100.7', 'private', 'documentation (RFC 5737)'],
    ['203.0.113.255', 'private', 'documentation (RFC 5737)'],
    ['198.18.0.1', 'private', 'benchmarking (RFC 2544)'],
    ['198.19.255.255', 'private', 'benchmarking (RFC 2544)'],
    ['fc00::1', 'private', 'unique local (RFC 4193)'],
    ['fdff:ffff::1', 'private', 'unique local (RFC 4193)'],
    ['fe80::1', 'private', 'link-local (RFC 4291)'],
    ['fe80::1%eth0', 'private', 'link-local (RFC 4291)'],
    ['febf::1', 'private', 'link-local (RFC 4291)'],
    ['fec0::1', 'private', 'site-local (RFC 3879)'],
    ['2001:db8::1', 'private', 'documentation (RFC 3849)'],
    ['3fff:fff::1', 'private', 'documentation (RFC 9637)'],
    ['2001:2::1', 'private', 'benchmarking (RFC 5180)'],
  ])('refuses %s as %s unless private addresses are allowed', (address, scope, range) => {
    expect(strict(address)).toBe(range);
    expect(addressScope(address)).toBe(scope);
    expect(lab(address)).toBeUndefined();
  });

  it.each([
    ['0.0.0.0', 'unspecified (RFC 791)'],
    ['0.1.2.3', 'unspecified (RFC 791)'],
    ['::', 'unspecified (RFC 4291)'],
    ['169.254.169.254', 'cloud metadata'],
    ['169.254.170.2', 'cloud metadata (container credentials)'],
    ['169.254.42.42', 'cloud metadata (Scaleway)'],
    ['100.100.100.200', 'cloud metadata (Alibaba)'],
    ['168.63.129.16', 'cloud metadata (Azure wire server)'],
    ['192.0.0.192', 'cloud metadata (Oracle)'],
    ['fd00:ec2::254', 'cloud metadata'],
    ['fd00:ec2::23', 'cloud metadata'],
    ['fd20:ce::254', 'cloud metadata (Google)'],
    ['224.0.0.1', 'multicast (RFC 5771)'],
    ['239.255.255.250', 'multicast (RFC 5771)'],
    ['ff02::1', 'multicast (RFC 4291)'],
    ['255.255.255.255', 'broadcast (RFC 919)'],
    ['240.0.0.1', 'reserved (RFC 1112)'],
    ['192.88.99.1', '6to4 relay anycast (RFC 7526)'],
    ['::ffff:8.8.8.8', 'IPv4-mapped (RFC 4291)'],
    ['::ffff:127.0.0.1', 'IPv4-mapped (RFC 4291)'],
    ['::ffff:7f00:1', 'IPv4-mapped (RFC 4291)'],
    ['::127.0.0.1', 'IPv4-compatible (RFC 4291)'],
    ['::ffff:0:127.0.0.1', 'IPv4-translated (RFC 2765)'],
    ['64:ff9b::127.0.0.1', 'NAT64 (RFC 6052) form of loopback'],
    ['64:ff9b::a9fe:a9fe', 'NAT64 (RFC 6052) form of cloud metadata'],
    ['64:ff9b:1::808:808', 'local-use NAT64 (RFC 8215)'],
    ['2002:7f00:1::1', '6to4 (RFC 3056) form of loopback'],
    ['2002:a00:1::1', '6to4 (RFC 3056) form of private (RFC 1918)'],
    // Teredo: a public server 65.54.227.120 with the client 10.0.0.1, whose bits are inverted.
    ['2001:0:4136:e378:8000:63bf:f5ff:fffe', 'Teredo (RFC 4380) form of private (RFC 1918)'],
    ['2001:0:a00:1:8000:63bf:f7f7:f7f7', 'Teredo (RFC 4380) form of private (RFC 1918)'],
    ['100::1', 'discard-only (RFC 6666)'],
    ['100:0:0:1::1', 'dummy prefix (RFC 9780)'],
    ['2001:10::1', 'ORCHID (RFC 4843)'],
    ['2001:20::1', 'ORCHIDv2 (RFC 7343)'],
    ['2001:30::1', 'drone remote ID (RFC 9374)'],
    ['2001:1::4', 'IETF protocol assignments (RFC 2928)'],
    ['5f00::1', 'segment routing SIDs (RFC 9602)'],
    ['4000::1', 'not global unicast (RFC 4291)'],
    ['1::1', 'not global unicast (RFC 4291)'],
  ])('never lets %s pass, which is %s', (address, range) => {
    expect(strict(address)).toBe(range);
    expect(lab(address)).toBe(range);
    expect(addressScope(address)).toBe('forbidden');
  });

  it.each([
    '',
    'localhost',
    'www.example.com',
    '0177.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '127.1',
    '127.0.0.1.',
    '127.0.0.1 ',
    ' 8.8.8.8',
    '8.8.8.8:80',
    '8.8.8.8/32',
    '[::1]',
    '::1%lo',
    '2606:4700::1111%eth0',
    '１２７.0.0.1',
    '1.2.3.4.5',
    '256.1.1.1',
    ':::1',
    '::ffff:0177.0.0.1',
  ])('takes %j for no address', (text) => {
    expect(strict(text)).toBe('not an IP address');
    expect(lab(text)).toBe('not an IP address');
  });

  it('judges a NAT64 or 6to4 form exactly as the IPv4 address in it', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const groups = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        const open = strict(address) === undefined;
        expect(strict(`64:ff9b::${address}`) === undefined).toBe(open);
        expect(strict(`2002:${groups}::1`) === undefined).toBe(open);
        expect(lab(`::ffff:${address}`)).toBeDefined();
        expect(lab(`::${address}`)).toBeDefined();
      }),
    );
  });

  it('gives every IP literal a verdict, and a range whenever it is not public', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const { scope, range } = judgeAddress(address);
        expect(range === '').toBe(scope === 'public');
      }),
    );
  });
});
