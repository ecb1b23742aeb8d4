import { describe, expect, it } from 'vitest';
import { orderOf, refusedFieldOf } from '../../lib/console/check/order.ts';
import { NO_OPTIONS } from '../../lib/console/profile/profile-options.ts';
import { readTarget } from './read-target.ts';

const fields = { host: 'www.example.com', profile: 'web', ticket: 'T-1', options: NO_OPTIONS };

describe('what the form orders', () => {
  it('a host with a profile', async () => {
    const order = orderOf({ ...fields, host: ' www.example.com ', ticket: ' T-1 ' });
    expect(order).toEqual({
      ok: true,
      asked: { body: { target: { host: 'www.example.com', profile: 'web' }, ticket: 'T-1' } },
    });
  });

  it.each([
    [
      'www.example.com',
      ['https://www.example.com:443/', 'http://www.example.com:80/', 'smtp://www.example.com:25'],
    ],
    ['192.0.2.7', ['https://192.0.2.7:443/', 'http://192.0.2.7:80/', 'smtp://192.0.2.7:25']],
    ['2001:db8::7', ['https://[2001:db8::7]:443/', 'http://[2001:db8::7]:80/', 'smtp://[2001:db8::7]:25']],
  ])('%s, not sure what it is: a site, and without failing for it, mail', (host, endpoints) => {
    const order = orderOf({ ...fields, host, profile: '' });
    if (!order.ok) throw new Error(order.label);
    const read = readTarget(order.asked.body.target);
    expect(read.map(({ id }) => id)).toEqual(endpoints);
    expect(read.map(({ level }) => level)).toEqual(['required', 'recommended', 'recommended']);
  });

  it('the options of the chosen profile, and none of another', () => {
    const options = { ...NO_OPTIONS, quic: true, dependencies: true };
    const order = orderOf({ ...fields, options });
    if (!order.ok) throw new Error(order.label);
    expect(order.asked.body.target).toEqual({
      host: 'www.example.com',
      profile: 'web',
      options: { quic: true },
    });
  });

  it('a URI as it is, whatever card is chosen, under the name of its host alone', () => {
    const order = orderOf({ ...fields, host: 'https://user:secret@shop.example:8443/path?token=1' });
    if (!order.ok) throw new Error(order.label);
    expect(order.asked.body.target).toEqual({
      name: 'shop.example:8443',
      check: ['https://user:secret@shop.example:8443/path?token=1'],
    });
  });

  it.each([
    [{ ...fields, host: '  ' }, 'host', 'check.host.missing'],
    [{ ...fields, ticket: '' }, 'ticket', 'check.ticket.missing'],
  ])('says which field is missing: %j', (given, field, label) => {
    expect(orderOf(given)).toEqual({ ok: false, field, label });
  });
});

it.each([
  ['targets[0].check[0].uri: "https://not a host!/" has a space', 'host'],
  ['targets[0].check[0]: no such scheme', 'host'],
  ['targets[0].host: is empty', 'host'],
  ['body.target.host: is empty', 'host'],
  ['body.ticket: has more than 100 characters', 'ticket'],
  ['targets[0].options.replies: is missing', undefined],
  ['too many runs', undefined],
])('shows %s at the field %s', (detail, field) => {
  expect(refusedFieldOf({ detail })).toBe(field);
});
