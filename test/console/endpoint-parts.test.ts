import { expect, it } from 'vitest';
import { endpointParts } from '../../lib/console/parts/endpoint-parts.ts';

it.each([
  ['listener://198.51.100.7:443', 'listener://198.51.100.7', ':443', ''],
  ['https://shop.example.com:443/a:1', 'https://shop.example.com', ':443', '/a:1'],
  ['tcp://[2001:db8::1]:8443', 'tcp://[2001:db8::1]', ':8443', ''],
  ['dns://example.com', 'dns://example.com', '', ''],
  ['what/ever:80', 'what/ever:80', '', ''],
])('%s has its port in one piece', (id, before, port, rest) => {
  expect(endpointParts(id)).toEqual({ before, port, rest });
});
