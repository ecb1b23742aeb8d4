/** What a machine lets a vantage probe, whatever it is asked. */
import { describe, expect, it } from 'vitest';
import { NOT_ALLOWED, readAllowed } from '../../../lib/local/site/allowed.ts';

const refusal = (entries: readonly string[], host: string, address: string): string | undefined => {
  const read = readAllowed(entries);
  if (!read.ok) throw new Error(read.message);
  return read.value.guardFor({ host })(address);
};

describe('a vantage may probe', () => {
  it.each<[readonly string[], string, string, string | undefined]>([
    [[], 'www.example.com', '93.184.215.14', undefined],
    [[], '10.1.2.3', '10.1.2.3', 'private (RFC 1918)'],
    [[], '127.0.0.1', '127.0.0.1', 'loopback'],
    [['10.1.0.0/16'], '10.1.2.3', '10.1.2.3', undefined],
    [['10.1.0.0/16'], '10.2.2.3', '10.2.2.3', NOT_ALLOWED],
    [['10.1.0.0/16'], 'www.example.com', '93.184.215.14', NOT_ALLOWED],
    [['10.1.0.0/16'], '127.0.0.1', '127.0.0.1', NOT_ALLOWED],
    [['127.0.0.1'], '127.0.0.1', '127.0.0.1', undefined],
    [['www.example.com'], 'WWW.example.com', '93.184.215.14', undefined],
    [['www.example.com'], 'other.example.com', '93.184.215.14', NOT_ALLOWED],
    // Whoever holds the name leads it inside: a name opens no private address.
    [['www.example.com'], 'www.example.com', '10.1.2.3', NOT_ALLOWED],
    [['www.example.com', '10.1.2.0/24'], 'www.example.com', '10.1.2.3', undefined],
    // Never, whatever is listed.
    [['0.0.0.0/0'], 'metadata', '169.254.169.254', 'cloud metadata'],
    [['0.0.0.0/0', '::/0'], 'mapped', '::ffff:10.1.2.3', 'IPv4-mapped form of private (RFC 1918)'],
    [['fd00::/8'], 'inside', 'fd00::7', undefined],
    [['2001:db8::/32'], 'x', 'fd00::7', NOT_ALLOWED],
  ])('with %j, of %s at %s: %s', (entries, host, address, range) => {
    const refused = refusal(entries, host, address);
    if (range === undefined || range === NOT_ALLOWED) expect(refused).toBe(range);
    else expect(refused).toBeTypeOf('string');
  });

  it.each(['10.1.0.0/33', '10.1.0', 'a b', 'https://example.com', '', '*.example.com', '10.1.2.3/x'])(
    'nothing that is written as %j',
    (entry) => {
      expect(readAllowed([entry])).toMatchObject({ ok: false, message: expect.stringContaining('--allow') });
    },
  );
});
