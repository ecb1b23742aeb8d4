import { describe, expect, it } from 'vitest';
import {
  MAX_ADDRESSES_PER_FAMILY,
  ofChosenFamilies,
  probeSpecs,
} from '../../../lib/engine/plan/probe-specs.ts';
import { descriptorOf } from '../../../lib/kinds/descriptors.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { DnsResult } from '../../../lib/model/observed.ts';
import { RunSettings } from '../../../lib/model/request.ts';
import type { Kind } from '../../../lib/model/vocabulary.ts';

const endpoint = (kind: Kind, rest: Partial<Endpoint> = {}): Endpoint => ({
  id: `${kind}://www.example.com:443`,
  target: 'www.example.com',
  kind,
  host: 'www.example.com',
  port: 443,
  expect: 'open',
  level: 'required',
  ...rest,
});
const dns = (...addresses: string[]): DnsResult => ({
  name: 'www.example.com',
  servers: ['192.0.2.53'],
  answers: [
    { type: 'A', code: 'NOERROR', records: [], ms: 1 },
    { type: 'AAAA', code: 'NOERROR', records: [], ms: 1 },
    { type: 'CNAME', code: 'NODATA', records: [], ms: 1 },
  ],
  cnames: [],
  addresses: addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
});
const settings = (given: Partial<RunSettings> = {}) => RunSettings.parse(given);

describe('probeSpecs', () => {
  it('probes every address of a name, IPv4 before IPv6, each once', () => {
    const found = dns('2001:db8::1', '192.0.2.1', '192.0.2.2', '192.0.2.1');
    const specs = probeSpecs(endpoint('tcp'), found, settings());
    expect(specs.map(({ address, family }) => [address, family])).toEqual([
      ['192.0.2.1', 4],
      ['192.0.2.2', 4],
      ['2001:db8::1', 6],
    ]);
  });

  it.each([
    ['4', ['192.0.2.1']],
    ['6', ['2001:db8::1']],
    ['both', ['192.0.2.1', '2001:db8::1']],
  ] as const)('keeps to --family %s', (family, addresses) => {
    const specs = probeSpecs(endpoint('tls'), dns('192.0.2.1', '2001:db8::1'), settings({ family }));
    expect(specs.map(({ address }) => address)).toEqual(addresses);
  });

  it('is bounded when a name has hundreds of addresses', () => {
    const many = Array.from({ length: 300 }, (_, index) => `198.51.100.${index % 256}`);
    expect(probeSpecs(endpoint('tcp'), dns(...many), settings())).toHaveLength(MAX_ADDRESSES_PER_FAMILY);
  });

  it('asks one question for a dns endpoint, with the server that it names', () => {
    const specs = probeSpecs(endpoint('dns', { dnsServer: '8.8.8.8' }), dns('192.0.2.1'), settings());
    expect(specs).toMatchObject([{ kind: 'dns', address: '', dnsServer: '8.8.8.8' }]);
    expect(specs[0]).not.toHaveProperty('family');
  });

  it.each([
    ['smtp', 60_000],
    ['smtps', 60_000],
    ['https', 10_000],
    ['ntp', 10_000],
  ] as const)('gives %s %i ms, unless the user says otherwise', (kind, ms) => {
    expect(descriptorOf(kind).timeoutMs).toBe(ms);
    expect(probeSpecs(endpoint(kind), dns('192.0.2.1'), settings())[0]?.timeoutMs).toBe(ms);
    expect(probeSpecs(endpoint(kind), dns('192.0.2.1'), settings({ timeoutMs: 700 }))[0]?.timeoutMs).toBe(
      700,
    );
  });

  it.each([
    ['https', 'open', true, true],
    ['https', 'closed', true, undefined],
    ['https', 'open', false, undefined],
    ['tcp', 'open', true, undefined],
  ] as const)('tests old protocols of %s expected %s with oldProtocols %s: %s', (kind, side, on, asked) => {
    const [spec] = probeSpecs(
      endpoint(kind, { expect: side }),
      dns('192.0.2.1'),
      settings({ oldProtocols: on }),
    );
    expect(spec?.oldProtocols).toBe(asked);
  });

  it.each([
    ['https', 'open', true],
    ['smtps', 'open', true],
    ['https', 'closed', undefined],
    ['smtp', 'open', undefined],
    ['tcp', 'open', undefined],
  ] as const)('asks %s expected %s for weak suites: %s', (kind, side, asked) => {
    const one = endpoint(kind, { expect: side });
    expect(probeSpecs(one, dns('192.0.2.1'), settings({ weakCiphers: true }))[0]?.weakCiphers).toBe(asked);
    expect(probeSpecs(one, dns('192.0.2.1'), settings())[0]?.weakCiphers).toBeUndefined();
  });

  it('carries path and assertions to the probe', () => {
    const [spec] = probeSpecs(
      endpoint('https', { path: '/login', assertions: { status: [200] } }),
      dns('192.0.2.1'),
      settings(),
    );
    expect(spec).toMatchObject({ path: '/login', assertions: { status: [200] } });
  });
});

describe('ofChosenFamilies', () => {
  it('makes a name with AAAA alone a name without address under --family 4', () => {
    const left = ofChosenFamilies(dns('2001:db8::1'), '4');
    expect(left.addresses).toEqual([]);
    expect(left.answers.map(({ type }) => type)).toEqual(['A', 'CNAME']);
  });
});
