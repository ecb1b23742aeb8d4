import { describe, expect, it } from 'vitest';
import { type AssertionFlags, parseAssertionFlags } from '../../../lib/input/request/assertion-flags.ts';
import { withAssertions } from '../../../lib/input/request/assertions.ts';
import { parseEndpointUri } from '../../../lib/input/request/uri.ts';

describe('assertion flags', () => {
  it.each<[flags: AssertionFlags, expected: object]>([
    [{}, {}],
    [{ expectStatus: '200,301-303' }, { status: [200, 301, 302, 303] }],
    [
      { certDays: '14', certDaysWarn: '30' },
      { certDaysFail: 14, certDaysWarn: 30 },
    ],
    [{ tlsMin: '1.3' }, { tlsMinVersion: 'TLSv1.3' }],
    [{ tlsMin: '1.0' }, { tlsMinVersion: 'TLSv1' }],
    [{ tlsMin: 'TLSv1.2' }, { tlsMinVersion: 'TLSv1.2' }],
    [
      { requireStarttls: true, relayTest: true, acmePath: true, redirectToHttps: true },
      { starttls: true, relayTest: true, acmePath: true, redirectToHttps: true },
    ],
    [{ mxDomain: 'Example.COM' }, { mxDomain: 'example.com' }],
    [{ recipient: 'postmaster@example.com' }, { recipient: 'postmaster@example.com' }],
    [{ expectAddress: ['192.0.2.1', '2001:DB8::1'] }, { addresses: ['192.0.2.1', '2001:db8::1'] }],
    [
      { titleContains: 'Welcome', bodyContains: 'Sign in' },
      { titleContains: 'Welcome', bodyContains: 'Sign in' },
    ],
  ])('%j', (flags, value) => {
    expect(parseAssertionFlags(flags)).toEqual({ ok: true, value });
  });

  it.each<[flags: AssertionFlags, says: string]>([
    [{ expectStatus: '20' }, '--expect-status: expected status codes'],
    [{ expectStatus: '300-200' }, '--expect-status: the range "300-200" is empty'],
    [{ certDays: 'ten' }, '--cert-days: expected a whole number'],
    [{ titleContains: '' }, '--title-contains: '],
    [{ mxDomain: '192.0.2.1' }, '--mx-domain: expected a mail domain'],
    [{ expectAddress: ['example.com'] }, '--expect-address: expected an IP address'],
  ])('%j is refused', (flags, says) => {
    expect(parseAssertionFlags(flags)).toMatchObject({ ok: false, message: expect.stringContaining(says) });
  });
});

describe('what is asked of a whole run', () => {
  const endpoint = (uri: string, expected: 'open' | 'closed' = 'open') => {
    const result = parseEndpointUri(uri, expected);
    if (!result.ok) throw new Error(result.message);
    return result.value;
  };
  const asked = { status: [200], certDaysFail: 7, starttls: true };

  it('applies to each endpoint as far as it fits its kind', () => {
    expect(withAssertions(endpoint('https://a.example'), asked).assertions).toEqual({
      status: [200],
      certDaysFail: 7,
    });
    expect(withAssertions(endpoint('smtp://a.example'), asked).assertions).toEqual({
      certDaysFail: 7,
      starttls: true,
    });
    expect(withAssertions(endpoint('ssh://a.example'), asked).assertions).toBeUndefined();
  });

  it('applies neither to what must be closed nor to an ACME path', () => {
    expect(withAssertions(endpoint('https://a.example', 'closed'), asked).assertions).toBeUndefined();
    const acme = { ...endpoint('http://a.example'), assertions: { acmePath: true } };
    expect(withAssertions(acme, asked)).toBe(acme);
  });
});
