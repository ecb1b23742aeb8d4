import { describe, expect, it } from 'vitest';
import { nextHop, visitOf } from '../../../../lib/kinds/http/measure/redirect.ts';
import { systemClock } from '../../../../lib/net/clock.ts';
import { createDial } from '../../../../lib/net/dial.ts';
import { createFamilyDial } from '../../../../lib/net/family-dial.ts';
import { testContext } from '../../../servers/probe-context.ts';
import { closedPort, listen, silent } from '../../../servers/tcp-peers.ts';
import { observeHttp, page, peer, redirectTo, webServer } from '../scenario.ts';

const onlyThisHost = (address: string) => (address === '127.0.0.1' ? undefined : 'not 127.0.0.1');

describe('redirects that are followed', () => {
  it('gives each hop its address, status and times, and judges the last', async () => {
    const target = await page('200 OK', '<title>Target</title>');
    const port = await redirectTo(`http://other.test:${target}/x#fragment`, '301 Moved Permanently');
    const { http, state, faults, finding, exchange } = await observeHttp(port, {
      pins: [{ host: 'other.test', port: target, address: '127.0.0.1' }],
    });
    expect({ state, faults, stopped: http?.stopped, title: http?.title }).toEqual({
      state: 'open',
      faults: [],
      stopped: 'final',
      title: 'Target',
    });
    expect(http?.hops.map(({ url, statusCode, address }) => [url, statusCode, address])).toEqual([
      [`http://www.test:${port}/`, 301, '127.0.0.1'],
      [`http://other.test:${target}/x`, 200, '127.0.0.1'],
    ]);
    expect(http?.hops[1]?.timings.dns).toBeGreaterThanOrEqual(0);
    expect(finding.summary).toContain('after 1 redirect');
    expect(exchange).toContain(`Host: other.test:${target}`);
  });

  it.each(['301', '302', '303', '307', '308'])(
    'follows %s, keeps cookies for the chain, reads no redirect body',
    async (code) => {
      const cookies: unknown[] = [];
      const port = await webServer((request, response) => {
        cookies.push(request.headers.cookie);
        if (request.url === '/') {
          // The body of this answer never ends.
          response.writeHead(Number(code), { Location: '/next', 'Set-Cookie': 'a=b' }).write('x');
        } else response.end('done');
      });
      const { http, faults } = await observeHttp(port);
      expect(faults).toEqual([]);
      expect(http).toMatchObject({ stopped: 'final', bodySample: 'done' });
      expect(cookies).toEqual([undefined, 'a=b']);
    },
  );

  it("stays on the probed address for the endpoint's own host, whatever DNS says", async () => {
    const port = await webServer((request, response) => {
      if (request.url === '/') response.writeHead(302, { Location: '/next' }).end();
      else response.end('done');
    });
    const { http } = await observeHttp(port, {
      pins: [{ host: 'www.test', port, address: '127.0.0.9' }],
    });
    expect(http?.hops.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it('falls back to the other family on a dial error alone', async () => {
    const target = await page('200 OK', 'fine');
    const port = await redirectTo(`http://dual.test:${target}/`);
    const { http } = await observeHttp(port, {
      pins: [
        { host: 'dual.test', port: target, address: '127.0.0.1' },
        { host: 'dual.test', port: target, address: '::1' },
      ],
      assertions: { status: [200] },
      spec: { family: 6 },
    });
    // Nothing listens on ::1 there.
    expect(http?.hops[1]).toMatchObject({ address: '127.0.0.1', statusCode: 200 });
  });

  it('reads 300, 304 and a redirect without Location as final', async () => {
    for (const [status, expected] of [
      ['300 Multiple Choices', []],
      ['304 Not Modified', []],
      ['302 Found', ['http.status-unexpected fail']],
    ] as const) {
      const { http, faults } = await observeHttp(await page(status, ''));
      expect(http?.stopped).toBe('final');
      expect(faults, status).toEqual(expected);
    }
  });

  it('is not followed when only redirects are accepted', async () => {
    const port = await redirectTo('http://nowhere.invalid/', '301 Moved');
    const { http, faults } = await observeHttp(port, { assertions: { status: [301, 308] } });
    expect({ stopped: http?.stopped, faults }).toEqual({ stopped: 'final', faults: [] });
  });
});

describe('redirects without an end', () => {
  it('names a loop', async () => {
    const port = await webServer((request, response) => {
      response.writeHead(302, { Location: request.url === '/a' ? '/b' : '/a' }).end();
    });
    const { http, state, faults } = await observeHttp(port, { spec: { path: '/a' } });
    expect({ state, faults, stopped: http?.stopped, hops: http?.hops.length }).toEqual({
      state: 'open',
      faults: ['http.redirect-loop fail'],
      stopped: 'loop',
      hops: 2,
    });
  });

  it('stops after twenty, as browsers do, and after ten for a certificate authority', async () => {
    let count = 0;
    const port = await webServer((_, response) => {
      count += 1;
      response.writeHead(302, { Location: `/${count}` }).end();
    });
    const { http, faults, observation } = await observeHttp(port);
    expect({ stopped: http?.stopped, hops: http?.hops.length, count }).toEqual({
      stopped: 'too-many-redirects',
      hops: 21,
      count: 21,
    });
    expect(faults).toEqual(['http.redirect-loop fail']);
    expect(observation.exchange.length).toBeLessThanOrEqual(100);
  });

  it.each([
    ['cloud metadata', 'http://169.254.169.254/latest/meta-data/', '169.254.169.254'],
    ['an IPv4-mapped address', 'http://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['an address in hex', 'http://0x7f000002/', '127.0.0.2'],
    ['an address as one number', 'http://2130706434/', '127.0.0.2'],
    ['a private address', 'https://10.0.0.1/', '10.0.0.1'],
    ['a name with a private address', 'http://inside.test/', '192.168.1.2'],
    ['localhost', 'http://localhost/', '::1'],
  ])('never dials %s', async (_, location, address) => {
    const dialled: string[] = [];
    const port = await redirectTo(location);
    const guard = (candidate: string) => {
      dialled.push(candidate);
      return candidate === '127.0.0.1' && dialled.length === 1 ? undefined : 'forbidden here';
    };
    const { http, state, faults, finding } = await observeHttp(port, {
      guard,
      spec: address === '::1' ? { family: 6 } : {},
      pins: [{ host: 'inside.test', port: 80, address: '192.168.1.2' }],
    });
    expect(dialled[1]).toBe(address);
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.redirect-to-private-address fail'] });
    expect(http).toMatchObject({
      stopped: 'redirect-refused',
      refusedRedirect: { rule: 'address', reason: expect.stringContaining('is forbidden here') },
    });
    expect(http?.hops).toHaveLength(1);
    expect(finding.summary).toContain('No packet was sent');
  });

  it.each(['http://169.254.169.254/latest/', 'http://[::ffff:127.0.0.1]/', 'http://[fd00:ec2::254]/'])(
    'is stopped by the real guard at %s even with private addresses allowed',
    async (location) => {
      const { http, faults } = await observeHttp(await redirectTo(location));
      expect(http?.stopped).toBe('redirect-refused');
      expect(faults).toEqual(['http.redirect-to-private-address fail']);
    },
  );

  it.each([
    ['file:///etc/passwd', 'scheme'],
    ['gopher://127.0.0.1:70/', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
    ['http://user:secret@127.0.0.1/', 'credentials'],
    ['http://www.test.well-known/acme-challenge/x', 'missing-slash'],
    ['http://[::1', 'invalid'],
  ])('refuses %s', async (location, rule) => {
    const { http, faults, state } = await observeHttp(await redirectTo(location), { guard: onlyThisHost });
    expect(http).toMatchObject({ stopped: 'redirect-refused', refusedRedirect: { rule } });
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.status-unexpected fail'] });
  });

  it('names a redirect to a name that does not resolve', async () => {
    const resolver = {
      servers: [],
      ask: async () => ({ code: 'NXDOMAIN', records: [], ms: 0 }),
      addresses: async (name: string) => ({
        name,
        servers: ['192.0.2.53'],
        answers: [
          { type: 'A', code: 'NXDOMAIN', records: [], ms: 1 },
          { type: 'AAAA', code: 'NXDOMAIN', records: [], ms: 1 },
        ],
        cnames: [],
        addresses: [],
      }),
      validate: async () => ({ status: 'insecure' as const, code: 'NODATA', records: [], aliases: [] }),
    };
    const port = await redirectTo('https://gone.test/');
    const { http, state, faults } = await observeHttp(port, { context: { resolver } });
    expect(http).toMatchObject({ stopped: 'redirect-unresolvable', refusedRedirect: { reason: 'NXDOMAIN' } });
    expect({ state, faults }).toEqual({ state: 'open', faults: ['dns.nxdomain fail'] });
  });

  it.each([
    ['IPv6', 4, '127.0.0.1'],
    ['IPv4', 6, '::1'],
  ] as const)(
    'blames the dead address of a target, not the %s address that can’t be tried from here',
    async (_, has, dead) => {
      const target = await closedPort();
      const port = await redirectTo(`http://other.test:${target}/`);
      const { deadline, guard } = testContext();
      const dial = createDial({ guard, clock: systemClock, deadline });
      const { http, faults } = await observeHttp(port, {
        pins: ['127.0.0.1', '::1'].map((address) => ({ host: 'other.test', port: target, address })),
        context: {
          dial: (address, to, options) =>
            to === port
              ? dial(address, to, options)
              : createFamilyDial(dial, [has], { everywhere: true })(address, to, options),
        },
      });
      expect(http?.hops[1]).toMatchObject({ address: dead, connect: { status: 'refused' } });
      expect(faults).toEqual(['tcp.refused fail']);
    },
  );

  it('blames a dead target on the endpoint, which itself is open', async () => {
    const target = await closedPort();
    const port = await redirectTo(`http://other.test:${target}/`);
    const { http, state, faults, finding } = await observeHttp(port, {
      pins: [{ host: 'other.test', port: target, address: '127.0.0.1' }],
    });
    expect({ state, faults, stopped: http?.stopped }).toEqual({
      state: 'open',
      faults: ['tcp.refused fail'],
      stopped: 'error',
    });
    expect(finding.summary).toContain(`www.test redirects to http://other.test:${target}/`);
  });

  it('blames a silent target on the endpoint within the one budget', async () => {
    const target = await peer(silent);
    const port = await redirectTo(`http://www.test:${target}/`);
    const { state, faults } = await observeHttp(port, { spec: { timeoutMs: 400 } });
    expect({ state, faults }).toEqual({
      state: 'open',
      faults: ['http.no-response fail', 'tcp.accepts-then-silent info'],
    });
  });
});

describe('plain HTTP must lead to https', () => {
  const redirectToHttps = { redirectToHttps: true };

  it('fails for a page in plain HTTP', async () => {
    const { faults } = await observeHttp(await page('200 OK', 'hi'), { assertions: redirectToHttps });
    expect(faults).toEqual(['http.no-https-redirect fail']);
  });

  it('fails for a redirect that stays in plain HTTP', async () => {
    const target = await page('200 OK', 'hi');
    const port = await redirectTo(`http://www.test:${target}/`);
    const { faults } = await observeHttp(port, { assertions: redirectToHttps });
    expect(faults).toEqual(['http.no-https-redirect fail']);
  });

  it('has no such fault for https on the same host, warns of another host', async () => {
    const dead = await closedPort();
    const same = await observeHttp(await redirectTo(`https://www.test:${dead}/`), {
      assertions: redirectToHttps,
    });
    expect(same.faults).toEqual(['tcp.refused fail']);
    const other = await observeHttp(await redirectTo(`https://other.test:${dead}/`), {
      assertions: redirectToHttps,
      pins: [{ host: 'other.test', port: dead, address: '127.0.0.1' }],
    });
    expect(other.faults).toEqual(['tcp.refused fail', 'http.no-https-redirect warn']);
  });
});

describe('nextHop', () => {
  const from = new URL('http://www.test/');
  const go = (location: string, acme = false, code = 302) =>
    nextHop(from, code, ['Location', location], new Set([visitOf(from, undefined)]), {
      accepted: undefined,
      acme,
    });

  it.each([
    ['https://a.test:8443/', 'port'],
    ['http://a.test:8080/', 'port'],
  ])('for a certificate authority refuses %s', (location, rule) => {
    expect(go(location, true)).toMatchObject({ next: 'refused', rule });
    expect(go(location, false)).toMatchObject({ next: 'go' });
  });

  it('for a vantage that asks any port of the endpoint’s own host alone', () => {
    const rules = { accepted: undefined, acme: false, anyPortOf: 'www.test' };
    const to = (location: string) => nextHop(from, 302, ['Location', location], new Set(), rules);
    expect(to('https://www.test:8443/')).toMatchObject({ next: 'go' });
    expect(to('https://a.test/')).toMatchObject({ next: 'go' });
    expect(to('http://a.test:80/')).toMatchObject({ next: 'go' });
    for (const elsewhere of ['http://a.test:22/', 'https://a.www.test:8443/', 'http://[2001:db8::1]:25/'])
      expect(to(elsewhere)).toMatchObject({ next: 'refused', rule: 'foreign-port' });
  });

  it('for a certificate authority refuses a 303 and a path of more than 2,000 characters, as browsers do not', () => {
    expect(go('/x', true, 303)).toMatchObject({ next: 'refused', rule: 'code' });
    expect(go('/x', false, 303)).toMatchObject({ next: 'go' });
    const long = `/${'a'.repeat(2_000)}`;
    expect(go(long, true)).toMatchObject({ next: 'refused', rule: 'length' });
    expect(go(`/x?${'a'.repeat(2_000)}`, true)).toMatchObject({ next: 'go' });
    expect(go(long, false)).toMatchObject({ next: 'go' });
  });

  it.each([
    ['/stra\xdfe', '/stra%DFe'],
    ['/\xfc?q=\xe9', '/%FC?q=%E9'],
    ['http://b\xc3\xbccher.test/\xfc', 'http://xn--bcher-kva.test/%FC'],
    ['//www.test/\xe2\x82\xac', '/%E2%82%AC'],
    ['/%DF\xdf', '/%DF%DF'],
  ])('keeps the bytes of %j', (location, expected) => {
    expect(go(location)).toMatchObject({ next: 'go', url: new URL(expected, from) });
  });

  it('takes an empty Location for none', () => {
    expect(go('')).toEqual({ next: 'none' });
  });

  it('resolves relative ones, reads raw UTF-8, drops the fragment', () => {
    const raw = Buffer.from('//a.test/ü?x#y').toString('latin1');
    expect(go(raw)).toMatchObject({ next: 'go', url: new URL('http://a.test/%C3%BC?x') });
  });
});

it('asks IPv6 first for a certificate authority', async () => {
  const six = await listen(
    (socket) => socket.once('data', () => socket.end('HTTP/1.1 404 Not Found\r\n\r\n')),
    '::1',
  );
  try {
    const dialled: string[] = [];
    const port = await peer((socket) => {
      socket.once('data', (request) => {
        const path = request.toString('latin1').split(' ')[1];
        socket.end(`HTTP/1.1 302 Found\r\nLocation: http://dual.test${path}\r\n\r\n`);
      });
    });
    const { http } = await observeHttp(port, {
      assertions: { acmePath: true },
      pins: [
        { host: 'dual.test', port: 80, address: '127.0.0.2' },
        { host: 'dual.test', port: 80, address: '::1' },
      ],
      guard: (address) => {
        dialled.push(address);
        return dialled.length === 1 ? undefined : 'forbidden here';
      },
    });
    // No way back to IPv4 for a redirect's target.
    expect(dialled).toEqual(['127.0.0.1', '::1']);
    expect(http?.stopped).toBe('redirect-refused');
  } finally {
    await six.close();
  }
});
