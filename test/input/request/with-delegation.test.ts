import { describe, expect, it } from 'vitest';
import { withDelegation } from '../../../lib/input/request/with-delegation.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';

const at = (host: string, more: Partial<Endpoint> = {}): Endpoint => ({
  ...{ id: `https://${host}:443/`, kind: 'https', host, port: 443, expect: 'open', level: 'required' },
  target: host,
  ...more,
});
const ids = (endpoints: readonly Endpoint[]) => [...withDelegation(endpoints)].map(({ id }) => id);

describe('--delegation', () => {
  it('adds one look-up for each host, behind the others', () => {
    const [one, two] = [at('www.example.com'), at('mx.example.com')];
    expect(ids([one, two, { ...one, id: 'http://www.example.com:80/', kind: 'http', port: 80 }])).toEqual([
      one.id,
      two.id,
      'http://www.example.com:80/',
      'dns://www.example.com:53',
      'dns://mx.example.com:53',
    ]);
  });

  it('adds none for an address, and none beside one that is there', () => {
    const there = at('www.example.com', { id: 'dns://www.example.com:53', kind: 'dns', port: 53 });
    expect(ids([there, at('192.0.2.1')])).toEqual([there.id, 'https://192.0.2.1:443/']);
  });

  it('keeps to whom a host belongs', () => {
    const [, added] = [...withDelegation([at('www.vendor.example', { target: 'www.example.com' })])];
    expect(added).toMatchObject({
      kind: 'dns',
      target: 'www.example.com',
      expect: 'open',
      level: 'required',
    });
  });
});
