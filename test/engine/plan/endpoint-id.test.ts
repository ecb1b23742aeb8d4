import { describe, expect, it } from 'vitest';
import { endpointId } from '../../../lib/engine/plan/endpoint-id.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';

type Identity = Parameters<typeof endpointId>[0];
const open = (
  kind: Endpoint['kind'],
  host: string,
  port: number,
  rest: Partial<Identity> = {},
): Identity => ({
  kind,
  host,
  port,
  expect: 'open',
  ...rest,
});

describe('endpointId', () => {
  it.each<[Identity, string]>([
    [open('https', 'www.example.com', 443), 'https://www.example.com:443/'],
    [open('http', 'www.example.com', 8080, { path: '/a?b=c' }), 'http://www.example.com:8080/a?b=c'],
    [open('smtp', 'mx.example.com', 25), 'smtp://mx.example.com:25'],
    [open('tcp', '2001:db8::1', 6379), 'tcp://[2001:db8::1]:6379'],
    [open('ssh', '192.0.2.1', 22, { expect: 'closed' }), 'ssh://192.0.2.1:22 (closed)'],
    [open('dns', 'example.com', 53), 'dns://example.com:53'],
    [open('dns', 'example.com', 53, { dnsServer: '8.8.8.8' }), 'dns://8.8.8.8:53/example.com'],
    [open('dns', 'example.com', 53, { dnsServer: '127.0.0.1:5353' }), 'dns://127.0.0.1:5353/example.com'],
    [open('dns', 'example.com', 53, { dnsServer: '2001:db8::53' }), 'dns://[2001:db8::53]:53/example.com'],
    [
      open('dns', 'example.com', 53, { dnsServer: '[2001:db8::53]:5353' }),
      'dns://[2001:db8::53]:5353/example.com',
    ],
  ])('spells the port out and brackets IPv6: %o', (endpoint, id) => {
    expect(endpointId(endpoint)).toBe(id);
  });

  it('distinguishes open from closed for the same port', () => {
    const ids = (['open', 'closed'] as const).map((side) =>
      endpointId(open('tcp', 'host.example', 3306, { expect: side })),
    );
    expect(new Set(ids).size).toBe(2);
  });
});
