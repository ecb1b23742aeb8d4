import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIREWALL_IDS } from '../../../lib/engine/firewall/ids.ts';
import { type FirewallFlow, firewallProduct, firewallRules } from '../../../lib/engine/firewall/index.ts';

const PRODUCTS = [
  'PAN-OS',
  'FortiGate',
  'Cisco ASA',
  'nftables',
  'Windows Firewall',
  'AWS security group',
  'Azure NSG',
  'Sophos Firewall',
  'pfSense, OPNsense',
  'MikroTik RouterOS',
  'iptables',
  'ufw',
  'firewalld',
  'Google Cloud firewall',
];

const flow = (over: Partial<FirewallFlow> = {}): FirewallFlow => ({
  action: 'allow',
  address: '203.0.113.10',
  port: 443,
  protocol: 'tcp',
  sources: [],
  ...over,
});
const rule = (product: string, over: Partial<FirewallFlow> = {}): string =>
  firewallRules(flow(over)).find((one) => one.product === product)?.rule ?? '';

describe('firewall rules', () => {
  test('are given for every product, each once', () => {
    expect(firewallRules(flow()).map(({ product }) => product)).toEqual(PRODUCTS);
    expect(FIREWALL_IDS.map(firewallProduct)).toEqual(PRODUCTS);
  });

  test.each<[string, Partial<FirewallFlow>, string[]]>([
    [
      'PAN-OS',
      {},
      [
        'set service ic-tcp-443 protocol tcp port 443',
        'source any destination 203.0.113.10 application any service ic-tcp-443 action allow',
      ],
    ],
    [
      'PAN-OS',
      { action: 'deny', address: '2001:db8::10' },
      [
        'destination 2001:db8::10',
        'action drop',
        'move rulebase security rules ic-deny-tcp-443-2001-db8-10 top',
      ],
    ],
    [
      'FortiGate',
      {},
      [
        'set tcp-portrange 443',
        'set subnet 203.0.113.10 255.255.255.255',
        'set srcaddr "all"',
        'set action accept',
      ],
    ],
    [
      'FortiGate',
      { address: '2001:db8::10', protocol: 'udp', port: 123 },
      ['config firewall address6', 'set ip6 2001:db8::10/128', 'set dstaddr6', 'set udp-portrange 123'],
    ],
    ['FortiGate', { action: 'deny' }, ['set action deny', 'set match-vip enable']],
    ['Cisco ASA', {}, ['access-list OUTSIDE_IN line 1 extended permit tcp any4 host 203.0.113.10 eq 443']],
    [
      'Cisco ASA',
      { sources: ['198.51.100.0/23'] },
      ['permit tcp 198.51.100.0 255.255.254.0 host 203.0.113.10 eq 443'],
    ],
    [
      'Cisco ASA',
      { action: 'deny', address: '2001:db8::10', sources: ['2001:db8:1::/48'] },
      ['deny tcp 2001:db8:1::/48 host 2001:db8::10 eq 443'],
    ],
    [
      'nftables',
      {},
      ["nft 'insert rule inet filter input ip daddr 203.0.113.10 tcp dport 443 counter accept"],
    ],
    [
      'nftables',
      { action: 'deny', address: '2001:db8::10', protocol: 'udp', port: 53 },
      ['ip6 daddr 2001:db8::10 udp dport 53 counter drop'],
    ],
    [
      'nftables',
      { sources: ['192.0.2.1', '198.51.100.0/24'] },
      ['ip saddr { 192.0.2.1, 198.51.100.0/24 } ip daddr'],
    ],
    [
      'Windows Firewall',
      {},
      [
        'New-NetFirewallRule',
        "-Action Allow -Protocol TCP -LocalPort 443 -RemoteAddress '0.0.0.0/1','128.0.0.0/1'",
        'dir=in action=allow protocol=TCP localport=443 remoteip=0.0.0.0/1,128.0.0.0/1',
      ],
    ],
    [
      'Windows Firewall',
      { action: 'deny', sources: ['192.0.2.1'] },
      ["-Action Block -Protocol TCP -LocalPort 443 -RemoteAddress '192.0.2.1'"],
    ],
    [
      'AWS security group',
      {},
      [
        'authorize-security-group-ingress',
        '"FromPort":443,"ToPort":443,"IpRanges":[{"CidrIp":"0.0.0.0/0"',
        'association.public-ip,Values=203.0.113.10',
      ],
    ],
    [
      'AWS security group',
      { address: '2001:db8::10' },
      ['"Ipv6Ranges":[{"CidrIpv6":"::/0"', 'ipv6-addresses.ipv6-address,Values=2001:db8::10'],
    ],
    [
      'AWS security group',
      { action: 'deny', port: 22 },
      ['revoke-security-group-ingress', 'FromPort<=`22` && ToPort>=`22`'],
    ],
    [
      'Azure NSG',
      {},
      [
        "--access Allow --protocol Tcp --source-address-prefixes '0.0.0.0/0'",
        '--destination-port-ranges 443',
        '--priority "$PRIORITY"',
      ],
    ],
    ['AWS security group', {}, ["--query 'NetworkInterfaces[0].Groups[].GroupId'"]],
    ['Windows Firewall', { address: '2001:db8::10' }, ["-RemoteAddress '::/1','8000::/1'"]],
    ['iptables', {}, ['iptables -I INPUT 1 -d 203.0.113.10 -p tcp', 'iptables -I FORWARD 1 ']],
    [
      'iptables',
      { address: '2001:db8::10', action: 'deny', sources: ['2001:db8:1::/48'] },
      ['ip6tables -I INPUT 1 -s 2001:db8:1::/48 -d 2001:db8::10', '-j DROP'],
    ],
    ['nftables', {}, ['insert rule inet filter forward ip daddr 203.0.113.10', 'hook (input|forward)']],
    [
      'ufw',
      {},
      ['ufw prepend allow in proto tcp from any to 203.0.113.10 port 443', 'ufw route prepend allow'],
    ],
    [
      'firewalld',
      { action: 'deny', address: '2001:db8::10', port: 53, protocol: 'udp' },
      ['family="ipv6" destination address="2001:db8::10" port port="53" protocol="udp" drop'],
    ],
    ['pfSense, OPNsense', {}, ['easyrule pass wan tcp 0.0.0.0/0 203.0.113.10 443']],
    [
      'pfSense, OPNsense',
      { action: 'deny' },
      ['Action Block', 'Destination 203.0.113.10, Destination Port 443'],
    ],
    [
      'MikroTik RouterOS',
      { sources: ['192.0.2.1'] },
      [
        '/ip firewall filter add chain=forward src-address=192.0.2.1 dst-address=203.0.113.10 protocol=tcp dst-port=443 action=accept',
      ],
    ],
    [
      'MikroTik RouterOS',
      { address: '2001:db8::10', action: 'deny' },
      ['/ipv6 firewall filter add', 'action=drop'],
    ],
    ['Sophos Firewall', {}, ['Rule name ic-allow-tcp-443-203-0-113-10', 'Action Accept']],
    [
      'Google Cloud firewall',
      { action: 'deny' },
      [
        'gcloud compute firewall-rules create ic-deny-tcp-443-203-0-113-10',
        '--action=DENY --rules=tcp:443 --source-ranges=0.0.0.0/0',
      ],
    ],
    [
      'Azure NSG',
      { action: 'deny', sources: ['192.0.2.1'] },
      ['--access Deny', '--source-address-prefixes 192.0.2.1/32'],
    ],
  ])('for %s are in its own words: %j', (product, over, parts) => {
    for (const part of parts) expect(rule(product, over)).toContain(part);
  });

  test.each<[string, Partial<FirewallFlow>]>([
    ['a host name', { address: 'app.example.com' }],
    ['a shell word', { address: '203.0.113.10;reboot' }],
    ['a line break', { address: '203.0.113.10\nreboot' }],
    ['an IPv6 zone', { address: 'fe80::1%eth0' }],
    ['a bracketed literal', { address: '[2001:db8::1]' }],
    ['a port out of range', { port: 65_536 }],
    ['a broken port', { port: 1.5 }],
    ['a source that is no block', { sources: ['198.51.100.0/33'] }],
    ['a source with a command', { sources: ['198.51.100.0/24$(id)'] }],
    [
      'sources of the other family alone, in whose place "any" would open too much',
      { sources: ['2001:db8::/32'] },
    ],
  ])('are refused for %s', (_, over) => expect(firewallRules(flow(over))).toEqual([]));

  test('never hold a character that a shell could act on beyond those of their own grammar', () => {
    const words = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.domain());
    fc.assert(
      fc.property(
        words,
        fc.array(words, { maxLength: 3 }),
        fc.constantFrom('allow' as const, 'deny' as const),
        (address, sources, action) => {
          const written = firewallRules(flow({ address, sources, action }));
          if (written.length === 0) return;
          expect(address).toMatch(/^[0-9a-fA-F:.]+$/);
          // The rule for a plain address differs from this one in the address alone.
          const plain = firewallRules(
            flow({ address: address.includes(':') ? '2001:db8::1' : '192.0.2.1', sources, action }),
          );
          const shape = (text: string) => text.replaceAll(/[0-9a-fA-F:.-]+/g, '');
          expect(written.map((one) => shape(one.rule + one.find))).toEqual(
            plain.map((one) => shape(one.rule + one.find)),
          );
        },
      ),
    );
  });

  test('never carry out what others have pending', () => {
    expect(rule('PAN-OS')).not.toMatch(/^commit/m);
    expect(rule('PAN-OS')).toContain('profile-setting group');
  });

  test.each(PRODUCTS)(
    'for %s come with the lines that find the packet, its source and its time',
    (product) => {
      const seen = { source: '198.51.100.7', at: '2026-03-01T09:30:05.123Z' };
      const find = firewallRules(flow({ seen })).find((one) => one.product === product)?.find;
      expect(find).toContain('198.51.100.7');
      expect(find).toContain('2026-03-01 09:30:05 UTC');
      expect(find).toContain('443');
    },
  );

  test('look for no source and time that are not such', () => {
    const seen = { source: '198.51.100.7; reboot', at: '2026-03-01 $(id)' };
    for (const { find } of firewallRules(flow({ seen }))) {
      expect(find).not.toMatch(/reboot|\(id\)/);
      expect(find).not.toContain('It came');
    }
  });

  test('for Google Cloud have a name that it takes', () => {
    const longest = {
      address: '2001:db8:1111:2222:3333:4444:5555:6666',
      port: 65_535,
      action: 'allow' as const,
    };
    const name = /create (\S+)/.exec(rule('Google Cloud firewall', longest))?.[1] ?? '';
    expect(name).toMatch(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])$/);
  });

  test('keep the name of a FortiGate policy within its 35 characters', () => {
    const longest = rule('FortiGate', { address: '2001:db8:1111:2222:3333:4444:5555:6666', port: 65_535 });
    const name = /set name "([^"]+)"/.exec(longest)?.[1] ?? '';
    expect(name.length).toBeLessThanOrEqual(35);
    expect(name).toContain('6666');
  });
});
