import { describe, expect, it } from 'vitest';
import { closedPort, silent } from '../../servers/tcp-peers.ts';
import { observeHttp, page, peer, raw, redirectTo } from './scenario.ts';

describe('status', () => {
  it.each([
    ['200 OK', undefined, []],
    ['204 No Content', undefined, []],
    ['401 Unauthorized', undefined, []],
    ['403 Forbidden', undefined, ['http.status-unexpected fail']],
    ['404 Not Found', undefined, ['http.status-unexpected fail']],
    ['404 Not Found', [200, 404], []],
    ['200 OK', [401], ['http.status-unexpected fail']],
    ['401 Unauthorized', [200], ['http.status-unexpected fail']],
    ['500 Internal Server Error', undefined, ['http.status-unexpected fail']],
    ['999 Odd', undefined, ['http.status-unexpected fail']],
  ] as const)('%s with %j accepted', async (status, accepted, expected) => {
    const assertions = accepted === undefined ? {} : { status: [...accepted] };
    const { state, faults } = await observeHttp(await page(status, 'x'), { assertions });
    expect({ state, faults }).toEqual({ state: 'open', faults: expected });
  });

  it.each(['502 Bad Gateway', '503 Service Unavailable', '504 Gateway Time-out'])(
    '%s says that the proxy is up and what is behind it is not',
    async (status) => {
      const { finding } = await observeHttp(await page(status, '<h1>x</h1>', ['Server: nginx']));
      expect(finding.summary).toMatch(
        new RegExp(`answers ${status.slice(0, 3)} \\(nginx\\): the proxy is up.*master`),
      );
    },
  );

  it.each([
    'The plain HTTP request was sent to HTTPS port',
    "Reason: You're speaking plain HTTP to an SSL-enabled server port.",
    'Client sent an HTTP request to an HTTPS server.',
  ])('400 with "%s" says that the port speaks TLS', async (text) => {
    const { finding, faults } = await observeHttp(await page('400 Bad Request', text));
    expect(faults).toEqual(['http.status-unexpected fail']);
    expect(finding.summary).toContain('speaks TLS');
  });

  it.each([
    ['400 Bad Request', '<center>No required SSL certificate was sent</center>'],
    ['400 Bad Request', '<center>The SSL certificate error</center>'],
    ['403 Forbidden', 'HTTP Error 403.7 - Forbidden: SSL client certificate is required'],
  ])('%s with "%s" says that a client certificate is demanded', async (status, text) => {
    const { finding, faults } = await observeHttp(await page(status, text));
    expect(faults).toEqual(['http.status-unexpected fail']);
    expect(finding.summary).toContain('demands a client certificate');
  });
});

describe('content', () => {
  const body = '<title>Landing page</title><p>Welcome, friend</p>';

  it.each([
    [{ titleContains: 'Landing' }, []],
    [{ titleContains: 'Other' }, ['http.content-missing fail']],
    [{ bodyContains: 'Welcome, friend' }, []],
    [{ bodyContains: 'Goodbye' }, ['http.content-missing fail']],
    [
      { bodyContains: 'Goodbye', titleContains: 'Other' },
      ['http.content-missing fail', 'http.content-missing fail'],
    ],
  ])('%j', async (assertions, expected) => {
    const { faults, finding } = await observeHttp(await page('200 OK', body), { assertions });
    expect(faults).toEqual(expected);
    if (expected.length > 0) expect(finding.summary).toContain('"Landing page"');
  });

  it('is missing where there is no title at all', async () => {
    const { finding, faults } = await observeHttp(await page('200 OK', 'x'), {
      assertions: { titleContains: 'y' },
    });
    expect(faults).toEqual(['http.content-missing fail']);
    expect(finding.summary).toContain('has no title');
  });

  it('several faults are all reported', async () => {
    const port = await page('500 Internal Server Error', '<title>Welcome to nginx!</title>');
    const { faults } = await observeHttp(port, {
      assertions: { titleContains: 'Landing', redirectToHttps: true },
    });
    expect(faults).toEqual([
      'http.status-unexpected fail',
      'http.no-https-redirect fail',
      'http.content-missing fail',
      'http.default-page warn',
    ]);
  });
});

describe('the HTTP-01 path', () => {
  const assertions = { acmePath: true };

  it('is a random token each time', async () => {
    const paths = new Set<string>();
    const port = await peer((socket) => {
      socket.once('data', (request) => {
        paths.add(request.toString('latin1').split(' ')[1] ?? '');
        socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
      });
    });
    await observeHttp(port, { assertions });
    await observeHttp(port, { assertions });
    expect([...paths]).toEqual([
      expect.stringMatching(/^\/\.well-known\/acme-challenge\/[0-9a-f]{32}$/),
      expect.stringMatching(/^\/\.well-known\/acme-challenge\/[0-9a-f]{32}$/),
    ]);
  });

  it.each(['404 Not Found', '200 OK', '410 Gone'])(
    'gets through with %s, and says what is unproven',
    async (status) => {
      const port = await page(status, '<title>Welcome to nginx!</title>');
      const { state, faults, finding } = await observeHttp(port, { assertions });
      expect({ state, faults }).toEqual({ state: 'open', faults: [] });
      expect(finding.summary).toContain('unproven');
    },
  );

  it.each([
    ['a login', () => page('401 Unauthorized', 'x'), ['http.status-unexpected warn']],
    ['a refusal', () => page('403 Forbidden', 'x'), ['http.status-unexpected warn']],
    ['a proxy without backend', () => page('502 Bad Gateway', 'x'), ['http.status-unexpected warn']],
    [
      'a block page',
      () => page('403 Forbidden', '<title>Access Denied</title>', ['Server: AkamaiGHost']),
      ['http.blocked-by-waf warn'],
    ],
    ['a redirect inside', () => redirectTo('http://10.0.0.1/'), ['http.redirect-to-private-address warn']],
    [
      'a redirect to another port',
      () => redirectTo('http://www.test:8080/'),
      ['http.status-unexpected warn'],
    ],
    [
      'a redirect without its slash',
      () => redirectTo('http://www.test.well-known/acme-challenge/x'),
      ['http.status-unexpected warn'],
    ],
  ])('is blocked by %s', async (_, serve, beside) => {
    const { state, faults } = await observeHttp(await serve(), {
      assertions,
      guard: (address) => (address === '127.0.0.1' ? undefined : 'not this host'),
    });
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.acme-path-blocked fail', ...beside] });
  });

  it('is blocked by silence, by a reset and by what is not HTTP, in addition to the cause', async () => {
    const quiet = await observeHttp(await peer(silent), { assertions, spec: { timeoutMs: 300 } });
    expect(quiet).toMatchObject({
      state: 'broken',
      faults: ['http.no-response fail', 'http.acme-path-blocked fail', 'tcp.accepts-then-silent info'],
    });
    const reset = await peer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    expect((await observeHttp(reset, { assertions })).faults).toEqual([
      'tcp.accepts-then-resets fail',
      'http.acme-path-blocked fail',
      'http.no-response info',
    ]);
    expect((await observeHttp(await raw('SSH-2.0-x\r\n'), { assertions })).faults).toEqual([
      'http.not-http fail',
      'http.acme-path-blocked fail',
    ]);
    expect(await observeHttp(await closedPort(), { assertions })).toMatchObject({
      state: 'closed',
      faults: ['tcp.refused fail', 'http.acme-path-blocked fail'],
    });
  });
});
