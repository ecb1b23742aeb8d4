import { describe, expect, it } from 'vitest';
import { createCookieJar } from '../../../../lib/kinds/http/measure/cookies.ts';
import { observeHttp, peer } from '../scenario.ts';

const NOW = Date.UTC(2026, 5, 1);

/** What goes to `to` after `from` set these cookies. */
function sent(from: string, to: string, ...set: string[]): string | undefined {
  const jar = createCookieJar(() => NOW);
  jar.store(
    new URL(from),
    set.flatMap((cookie) => ['Set-Cookie', cookie]),
  );
  return jar.header(new URL(to));
}

describe('cookies go', () => {
  it.each([
    ['back to their host', 'http://a.test/', 'http://a.test/x', ['t=1'], 't=1'],
    ['to no other host', 'http://a.test/', 'http://b.a.test/', ['t=1'], undefined],
    ['to hosts below their domain', 'http://w.a.test/', 'http://x.a.test/', ['t=1; Domain=.a.test'], 't=1'],
    [
      'nowhere for a domain that is not theirs',
      'http://a.test/',
      'http://b.test/',
      ['t=1; Domain=b.test'],
      undefined,
    ],
    ['nowhere for a top-level domain', 'http://a.test/', 'http://b.test/', ['t=1; Domain=test'], undefined],
    ['to no part of an address', 'http://127.0.0.1/', 'http://127.0.0.1/', ['t=1; Domain=0.0.1'], undefined],
    ['below their path alone', 'http://a.test/', 'http://a.test/b', ['t=1; Path=/a'], undefined],
    ['below their path', 'http://a.test/', 'http://a.test/a/b', ['t=1; Path=/a'], 't=1'],
    [
      'not to a path that only begins alike',
      'http://a.test/',
      'http://a.test/ab',
      ['t=1; Path=/a'],
      undefined,
    ],
    ['below the folder that set them', 'http://a.test/x/y', 'http://a.test/z', ['t=1'], undefined],
    ['over https when they are secure', 'https://a.test/', 'https://a.test/', ['t=1; Secure'], 't=1'],
    ['not over http when they are secure', 'https://a.test/', 'http://a.test/', ['t=1; Secure'], undefined],
    ['not as secure ones that http set', 'http://a.test/', 'https://a.test/', ['t=1; Secure'], undefined],
    [
      'not with a prefix that they do not keep',
      'https://a.test/',
      'https://a.test/',
      ['__Host-t=1; Secure'],
      undefined,
    ],
    [
      'not after they expired',
      'http://a.test/',
      'http://a.test/',
      ['t=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT'],
      undefined,
    ],
    [
      'until they expire',
      'http://a.test/',
      'http://a.test/',
      ['t=1; Expires=Wed, 01 Jul 2026 00:00:00 GMT'],
      't=1',
    ],
    [
      'by Max-Age before Expires',
      'http://a.test/',
      'http://a.test/',
      ['t=1; Max-Age=0; Expires=Wed, 01 Jul 2026 00:00:00 GMT'],
      undefined,
    ],
    [
      'no more once they are deleted',
      'http://a.test/',
      'http://a.test/',
      ['t=1', 't=; Max-Age=0'],
      undefined,
    ],
    ['with their last value', 'http://a.test/', 'http://a.test/', ['t=1', 't=2'], 't=2'],
    ['longest path first', 'http://a.test/', 'http://a.test/a/b', ['t=1', 'u=2; Path=/a'], 'u=2; t=1'],
    ['not with control characters', 'http://a.test/', 'http://a.test/', ['t=1\rX: y', 'u=2'], 'u=2'],
  ])('%s', (_, from, to, set, expected) => {
    expect(sent(from, to, ...set)).toBe(expected);
  });

  it('in bounds', () => {
    const many = Array.from({ length: 500 }, (_, index) => `c${index}=${'x'.repeat(1_000)}`);
    const header = sent('http://a.test/', 'http://a.test/', ...many, `long=${'x'.repeat(5_000)}`) ?? '';
    expect(header.length).toBeGreaterThan(5_000);
    expect(header.length).toBeLessThanOrEqual(8_192);
    expect(header).not.toContain('long');
  });
});

/** Sets a cookie and redirects to itself until it comes back. */
const cookieTest = () =>
  peer((socket) => {
    socket.once('data', (request) => {
      socket.end(
        /^Cookie: t=secret\r$/m.test(request.toString('latin1'))
          ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
          : 'HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: t=secret; Path=/\r\nContent-Length: 0\r\n\r\n',
      );
    });
  });

describe('a site that sets a cookie and redirects to itself', () => {
  it('passes, with a line of information and no value of the cookie', async () => {
    const { state, faults, finding, observation, http } = await observeHttp(await cookieTest());
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.cookie-needed info'] });
    expect(finding.faults[0]?.summary).toMatch(/sets cookies \(t=…\), redirects to itself and answers 200/);
    expect(finding.summary).toContain('answers 200');
    expect(http?.hops.map(({ cookiesSent }) => cookiesSent)).toEqual([undefined, 't=…']);
    expect(JSON.stringify(observation)).not.toContain('secret');
  });

  it('is a loop for a certificate authority, which keeps none', async () => {
    const port = await peer((socket) => {
      socket.once('data', (request) => {
        const path = request.toString('latin1').split(' ')[1];
        socket.end(`HTTP/1.1 302 Found\r\nLocation: http://www.test${path}\r\nSet-Cookie: t=1\r\n\r\n`);
      });
    });
    const { faults, exchange } = await observeHttp(port, {
      assertions: { acmePath: true },
      pins: [{ host: 'www.test', port: 80, address: '127.0.0.1' }],
      guard: (address) => (address === '127.0.0.1' ? undefined : 'elsewhere'),
    });
    expect(faults[0]).toBe('http.acme-path-blocked fail');
    expect(exchange).not.toContain('Cookie:');
  });

  it('is a loop where the cookie changes nothing', async () => {
    const port = await peer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: t=1\r\n\r\n'));
    });
    const { faults, http } = await observeHttp(port);
    expect({ faults, hops: http?.hops.length }).toEqual({ faults: ['http.redirect-loop fail'], hops: 2 });
  });
});
