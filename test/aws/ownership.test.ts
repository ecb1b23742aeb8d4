import { expect, it } from 'vitest';
import { createOwnershipProver } from '../../lib/aws/ownership.ts';

const CHALLENGE = '0'.repeat(32);
const HOSTS = ['www.example.com', 'mx.example.com'];

const ask = (...hosts: object[]) => {
  const prove = createOwnershipProver({ functionName: 'ownership', region: 'eu-west-1' }, async () => ({
    status: 'answered',
    text: JSON.stringify({ hosts }),
  }));
  return prove(HOSTS, CHALLENGE);
};
const proven = (host: string, at: string) => ({ host, proven: { method: 'dns-txt', at, below: true } });
const FILE = { method: 'http-file', at: 'www.example.com', below: false } as const;
const open = { host: 'mx.example.com', seen: ['TXT: no such name'] };

it('takes what was found at the hosts that were asked for, or above them', async () => {
  const hosts = [proven('www.example.com', 'example.com'), open];
  expect(await ask(...hosts)).toEqual({ status: 'looked', hosts });
});

it.each([
  ['a host that nobody asked for', [proven('www.example.net', 'example.net'), open]],
  ['the hosts in another order', [open, proven('www.example.com', 'example.com')]],
  ['one host less', [proven('www.example.com', 'example.com')]],
  ['a place that is not above the host', [proven('www.example.com', 'example.net'), open]],
  ['a place below the host', [proven('www.example.com', 'a.www.example.com'), open]],
  ['a suffix under which anybody registers', [proven('www.example.com', 'com'), open]],
  [
    'a suffix that people rent names under',
    [{ host: 'www.example.com', seen: ['no'] }, { ...proven('mx.example.com', 'com') }],
  ],
  ['a file of the domain above', [{ host: 'www.example.com', proven: { ...FILE, at: 'example.com' } }, open]],
  [
    'a file that proves the names below',
    [{ host: 'www.example.com', proven: { ...FILE, below: true } }, open],
  ],
  ['a name that only ends alike', [proven('www.example.com', 'ww.example.com'), open]],
])('takes no answer with %s', async (_, hosts) => {
  expect(await ask(...hosts)).toMatchObject({ status: 'unavailable' });
});

it('takes a suffix as proof of itself alone, and an address by its file alone', async () => {
  const prove = (host: string, proven: object) =>
    createOwnershipProver({ functionName: 'ownership', region: 'eu-west-1' }, async () => ({
      status: 'answered',
      text: JSON.stringify({ hosts: [{ host, proven }] }),
    }))([host], CHALLENGE);
  const txt = { method: 'dns-txt', at: 'github.io', below: false };
  expect(await prove('github.io', txt)).toMatchObject({ status: 'looked' });
  expect(await prove('github.io', { ...txt, below: true })).toMatchObject({ status: 'unavailable' });
  const address = '192.0.2.7';
  expect(await prove(address, { ...FILE, at: address })).toMatchObject({ status: 'looked' });
  expect(await prove(address, { ...txt, at: '2.7' })).toMatchObject({ status: 'unavailable' });
});
