import { createServer } from 'node:https';
import { describe, expect, it } from 'vitest';
import { NO_ROUTE, PLACEHOLDER_PAGES } from '../../../../lib/kinds/http/judge/placeholder-pages.ts';
import { UNCLAIMED_NAMES } from '../../../../lib/kinds/http/judge/unclaimed-names.ts';
import { createAuthority, createCertificate } from '../../../certificates/authority.ts';
import { listening, observeHttp, page, raw } from '../scenario.ts';

const titled = (title: string, body = '') =>
  `<html><head><title>${title}</title></head><body>${body}</body></html>`;

describe('a status that says who has to act', () => {
  it.each<[status: string, headers: string[], body: string, cause: string, side: string, says: RegExp]>([
    [
      '503 Service Unavailable',
      ['Retry-After: 900'],
      '',
      'http.maintenance',
      'service',
      /come back in 900 s/,
    ],
    [
      '503 Service Unavailable',
      ['Retry-After: Fri, 31 Dec 2027 23:59:59 GMT'],
      '',
      'http.maintenance',
      'service',
      /at "Fri, 31 Dec 2027/,
    ],
    ['421 Misdirected Request', ['Server: Apache'], '', 'http.misdirected', 'service', /SNI/],
    ['520 ', ['Server: cloudflare'], '', 'http.cdn-origin-failed', 'service', /could not read/],
    ['521 ', ['Server: cloudflare'], '', 'http.cdn-origin-failed', 'host', /refuses/],
    ['522 ', ['Server: cloudflare'], '', 'http.cdn-origin-failed', 'network', /firewall/],
    ['522 ', ['cf-ray: 8a-ZRH'], '', 'http.cdn-origin-failed', 'network', /firewall/],
    ['523 ', ['Server: cloudflare'], '', 'http.cdn-origin-failed', 'dns', /address/],
    ['525 ', ['Server: cloudflare'], '', 'http.cdn-origin-failed', 'service', /handshake/],
    ['526 ', ['Server: cloudflare'], '', 'http.cdn-origin-failed', 'service', /certificate/],
    ['530 ', ['Server: cloudflare'], 'error code: 1016', 'http.cdn-origin-failed', 'dns', /530, error 1016/],
    [
      '403 Forbidden',
      ['Server: cloudflare'],
      'error code: 1000',
      'http.cdn-origin-failed',
      'dns',
      /error 1000/,
    ],
    ['409 Conflict', ['Server: cloudflare'], 'error code: 1001', 'http.cdn-origin-failed', 'dns', /resolve/],
    [
      '403 Forbidden',
      ['Server: cloudflare'],
      'error code: 1003',
      'http.cdn-origin-failed',
      'dns',
      /its name/,
    ],
    ['500 Oops', ['Server: cloudflare'], 'error code: 1101', 'http.cdn-origin-failed', 'service', /Worker/],
    [
      '403 Forbidden',
      ['Server: cloudflare'],
      titled(
        'DNS points to prohibited IP',
        '<div id="cf-error-details"><h1><span class="cf-error-code">1000</span>',
      ),
      'http.cdn-origin-failed',
      'dns',
      /403, error 1000/,
    ],
    ['527 ', ['Server: cloudflare'], 'error code: 527', 'http.cdn-origin-failed', 'host', /Railgun/],
    ['530 ', ['Server: cloudflare'], 'error code: 1033', 'http.cdn-origin-failed', 'host', /tunnel/],
  ])('%s %j %s', async (status, headers, body, cause, side, says) => {
    const { state, faults, finding } = await observeHttp(await page(status, body, headers));
    expect({ state, faults }).toEqual({ state: 'open', faults: [`${cause} fail`] });
    expect(finding.faults[0]?.side).toBe(side);
    expect(finding.summary).toMatch(says);
    expect(finding.summary).not.toContain('master');
  });

  it('522 of another server is a status like others', async () => {
    expect((await observeHttp(await page('522 Odd', '', ['Server: nginx']))).faults).toEqual([
      'http.status-unexpected fail',
    ]);
  });

  it.each<[status: string, headers: string[], body: string, cause: string]>([
    ['429 Too Many Requests', ['Retry-After: 60'], '', 'http.rate-limited'],
    ['429 Too Many Requests', ['Server: cloudflare'], 'error code: 1015', 'http.rate-limited'],
    ['511 Network Authentication Required', [], '<a href=http://login/>', 'prober.captive-portal'],
  ])('%s %j is about this prober, and nothing is known of the site', async (status, headers, body, cause) => {
    const { state, faults, finding } = await observeHttp(await page(status, body, headers));
    expect({ state, faults }).toEqual({ state: 'inconclusive', faults: [`${cause} fail`] });
    expect(finding.faults[0]?.side).toBe('prober');
  });

  it('accepts them where they are named', async () => {
    for (const status of [421, 429, 503, 511]) {
      const { faults } = await observeHttp(await page(`${status} X`, '', ['Retry-After: 5']), {
        assertions: { status: [status] },
      });
      expect(faults, String(status)).toEqual([]);
    }
  });
});

describe('a name that nobody has claimed', () => {
  it.each<[service: string, status: string, headers: string[], body: string]>([
    ['Amazon S3', '404 Not Found', ['Server: AmazonS3'], '<Error><Code>NoSuchBucket</Code></Error'],
    ['Amazon S3', '404 Not Found', ['Server: AmazonS3'], '<ul><li>Code: NoSuchBucket</li></ul>'],
    ['Google Cloud Storage', '404 Not Found', ['Server: UploadServer'], '<Error><Code>NoSuchBucket</Code>'],
    ['object storage', '404 Not Found', ['Server: MinIO'], '<Error><Code>NoSuchBucket</Code>'],
    ['Heroku', '404 Not Found', [], '<iframe src="//www.herokucdn.com/error-pages/no-such-app.html">'],
    ['Fastly', '500 Domain Not Found', [], 'Fastly error: unknown domain: www.test.'],
    ['GitHub Pages', '404 Not Found', ['Server: GitHub.com'], "<p>There isn't a GitHub Pages site here.</p>"],
    ['Azure App Service', '404 Site Not Found', [], titled('Microsoft Azure Web App - Error 404')],
    [
      'Azure Front Door',
      '404 Not Found',
      ['x-azure-ref: 0'],
      "<h2>Our services aren't available right now</h2>",
    ],
    ['Netlify', '404 Not Found', ['Server: Netlify'], 'Not Found - Request ID: 01ABC'],
    ['Vercel', '404 Not Found', ['x-vercel-error: DEPLOYMENT_NOT_FOUND'], 'gone'],
    ['Render', '404 Not Found', ['x-render-routing: no-server'], 'Not Found'],
    [
      'Azure Front Door',
      '404 Not Found',
      [],
      'Oops! We weren’t able to find your Azure Front Door Service configuration.',
    ],
    ['Read the Docs', '404 Not Found', [], 'x.test is unknown to Read the Docs'],
    ['Cargo', '404 Not Found', [], "If you're moving your domain away from Cargo you must"],
    ['Surge', '404 Not Found', [], titled('project not found')],
  ])('%s', async (service, status, headers, body) => {
    const { state, faults, finding } = await observeHttp(await page(status, body, headers));
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.unclaimed-name fail'] });
    expect(finding.faults[0]?.side).toBe('dns');
    expect(finding.summary).toContain(service);
  });

  it('is not every 404 there', async () => {
    for (const [headers, body] of [
      [['Server: AmazonS3'], '<Error><Code>NoSuchKey</Code></Error>'],
      [['Server: GitHub.com'], titled('Page not found &middot; Our project')],
      [['Server: Netlify'], titled('Our own 404')],
    ] as const) {
      expect((await observeHttp(await page('404 Not Found', body, headers))).faults).toEqual([
        'http.status-unexpected fail',
      ]);
    }
  });
});

describe('a page in place of the site', () => {
  it.each([
    ['account is suspended', titled('Account Suspended')],
    ['account is suspended', titled('This Account has been suspended.')],
    ['account is suspended', '<meta http-equiv="refresh" content="0;url=/cgi-sys/suspendedpage.cgi">'],
    ['parked domain', '<script src="https://img.sedoparking.com/x.js"></script>'],
    ['domain for sale', titled('example.com is for sale')],
    ['installer of WordPress', titled('WordPress &rsaquo; Installation')],
    ['installer of WordPress', titled('WordPress &rsaquo; Setup Configuration File')],
    ['directory listing', titled('Index of /')],
    ['directory listing', titled('Directory listing for /')],
    ['directory listing', titled('www.test - /', '<pre><A HREF="/x">x</A>')],
    ['Nginx Proxy Manager', titled('Default Site', "You've successfully started the Nginx Proxy Manager.")],
    ['account is suspended', titled('Cuenta suspendida')],
    ['account is suspended', titled('Conta Suspensa')],
    ['account is suspended', titled('Ce site a été suspendu')],
    ['account is suspended', titled('Account sospeso')],
    ['account is suspended', titled('Webseite gesperrt')],
    ['account is suspended', titled('Сайт заблокирован')],
    ['account is suspended', titled('x', '<h1>Diese Website wurde vom Hoster gesperrt</h1>')],
    ['account is suspended', titled('x', '<h1> Esta cuenta ha sido suspendida</h1>')],
    ['parked domain', titled('Domain geparkt')],
    ['parked domain', titled('x', '<p>Deze domeinnaam is gereserveerd')],
    ['parked domain', '<html data-adblockkey="MFww"><body>'],
    ['parked domain', '<script>window.onload=function(){window.location.href="/lander"}</script>'],
    ['domain for sale', titled('firma.test', '<h1>Diese Domain steht zum Verkauf!</h1>')],
    ['domain for sale', titled('x', '<h1>Ce nom de domaine est à vendre</h1>')],
    ['domain for sale', titled('Dominio en venta')],
    ['installer of Joomla', titled('Joomla Web Installer')],
    ['installer of Nextcloud', titled('Nextcloud', '<fieldset id="adminaccount">')],
    ['DirectAdmin', titled('www.x.test is under construction', 'a default page of DirectAdmin')],
    ['HestiaCP', titled('Success!', 'Your new web server is ready to use.')],
  ])('%s', async (what, body) => {
    const { state, faults, finding } = await observeHttp(await page('200 OK', body));
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.placeholder-page warn'] });
    expect(finding.summary).toContain(what);
  });

  it('is not a page about one', async () => {
    for (const title of [
      'Why my account was suspended',
      'Index of consumer prices',
      'WordPress installation service',
      'Konto gesperrt? Was Sie tun können',
      'Noticias: su cuenta suspendida',
      'Domain Names for Sale - Registrar',
    ]) {
      expect((await observeHttp(await page('200 OK', titled(title)))).faults, title).toEqual([]);
    }
  });
});

describe('no route for the name', () => {
  it.each([
    ['ingress-nginx', 'default backend - 404'],
    ['Traefik', '404 page not found\n'],
    ['Kong', '{"message":"no Route matched with those values"}'],
  ])('%s', async (router, body) => {
    const { faults, finding } = await observeHttp(await page('404 Not Found', body));
    expect(faults).toEqual(['http.no-route fail']);
    expect(finding.summary).toContain(router);
  });

  it('is one fault together with the default certificate', async () => {
    const own = createCertificate({ names: ['ingress.local'] });
    const serve = async (body: string, status = 404) =>
      listening(
        createServer({ key: own.key, cert: own.cert }, (_, response) => response.writeHead(status).end(body)),
      );
    for (const body of ['default backend - 404', titled('404 Not Found', 'nginx')]) {
      const { state, faults, finding } = await observeHttp(await serve(body), { kind: 'https' });
      expect({ state, faults }).toEqual({ state: 'open', faults: ['http.no-route fail'] });
      expect(finding.summary).toContain('default certificate');
    }
    // The site is there: then the certificate is a fault of its own.
    const { faults } = await observeHttp(await serve('hello', 200), { kind: 'https' });
    expect(faults).toEqual(['tls.cert-name-mismatch fail', 'tls.cert-self-signed fail']);
  });
});

describe('a challenge or block page in any language', () => {
  it.each<[product: string, status: string, headers: string[], body: string]>([
    [
      'Cloudflare (challenge)',
      '403 Forbidden',
      [],
      titled('Nur einen Moment…', '<script src="/cdn-cgi/challenge-platform/h/b">'),
    ],
    ['Cloudflare', '403 Forbidden', [], titled('Zugriff verweigert', '<div id="cf-error-details">')],
    [
      'F5 BIG-IP',
      '200 OK',
      [],
      titled(
        'Solicitud rechazada',
        "Su ID de soporte es: 12345678901234567890<a href='javascript:history.back();'>[Volver]</a>",
      ),
    ],
    ['DataDome', '403 Forbidden', ['x-datadome: protected'], ''],
    ['HUMAN', '403 Forbidden', [], titled('Accès refusé', '<div id="px-captcha">')],
    ['Vercel', '403 Forbidden', ['x-vercel-mitigated: challenge'], ''],
    ['AWS WAF', '202 Accepted', [], '<script src="https://a.b.token.awswaf.com/c.js">'],
    ['Anubis', '200 OK', [], titled('确认您不是机器人', '<script id="anubis_challenge">')],
  ])('%s', async (product, status, headers, body) => {
    const { faults, finding } = await observeHttp(await page(status, body, headers));
    expect(faults).toEqual(['http.blocked-by-waf fail']);
    expect(finding.summary).toContain(`block page of ${product}`);
  });
});

describe('mixed content', () => {
  const secure = async (body: string, headers: Record<string, string> = {}) => {
    const ca = await createAuthority();
    const { key, chain } = await ca.issue({ names: ['www.test'] });
    const port = await listening(
      createServer({ key, cert: chain }, (_, response) => response.writeHead(200, headers).end(body)),
    );
    return observeHttp(port, { kind: 'https', anchors: [ca.root] });
  };

  it('is named with the first address', async () => {
    const { faults, finding } = await secure(
      '<link rel="stylesheet" href="http://cdn.test/a.css"><script src=http://cdn.test/b.js></script><img src="http://cdn.test/c.png">',
    );
    expect(faults).toEqual(['http.mixed-content warn']);
    expect(finding.summary).toContain('http://cdn.test/a.css and 1 more');
  });

  it('is none in links, pictures, over plain http, or with a policy that asks over https', async () => {
    const script = '<script src="http://cdn.test/b.js"></script>';
    expect(
      (await secure('<a href="http://x.test/">x</a><link rel="canonical" href="http://www.test/">')).faults,
    ).toEqual([]);
    expect((await secure(script, { 'Content-Security-Policy': 'upgrade-insecure-requests' })).faults).toEqual(
      [],
    );
    expect((await observeHttp(await page('200 OK', script))).faults).toEqual([]);
  });
});

it('no signature takes long on a sample of its own kind', async () => {
  const texts = [
    'index of /'.repeat(200),
    '<form id="'.repeat(200),
    'default backend'.repeat(130),
    'id="body-login"'.repeat(130),
  ];
  for (const { title, body } of [...UNCLAIMED_NAMES, ...PLACEHOLDER_PAGES, ...NO_ROUTE]) {
    for (const text of texts) for (const pattern of [title, body]) pattern?.test(text);
  }
  const { http } = await observeHttp(
    await raw(`HTTP/1.1 200 OK\r\n\r\n${'<script http:// '.repeat(15_000)}`),
  );
  expect(http?.mixedContent).toBeUndefined();
});
