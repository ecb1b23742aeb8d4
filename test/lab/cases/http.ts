/** Web servers: sites in health and their usual misfortunes, made with nginx, HAProxy and stunnel. */
import { type LabCase, type Site, site } from '../case.ts';
import { haproxy } from '../servers/haproxy.ts';
import * as identity from '../servers/identities.ts';
import { CAMPAIGN, nginx, nginxTls, page, rootFile } from '../servers/nginx.ts';
import { answers, resetsOnFirstBytes, scripted, silent } from '../servers/scripted.ts';
import { sshd } from '../servers/sshd.ts';
import { stunnel } from '../servers/stunnel.ts';

const PASSES = { verdict: 'pass', state: 'open' } as const;
const http = { kind: 'http' } as const;
const https = { kind: 'https' } as const;
const landing = { titleContains: CAMPAIGN } as const;
/** The server answered in HTTP, and what it answers is its own fault. */
const service = { verdict: 'fail', state: 'open', side: 'service' } as const;
const broken = { verdict: 'fail', state: 'broken', side: 'service' } as const;
/** Long enough for a connection on a busy machine, short enough for silence to be waited for. */
const PATIENCE = { timeoutMs: 2_500 } as const;
/** Nothing listens there. */
const DEAD_PORT = 9;

const healthy: readonly LabCase[] = [
  {
    id: 'http-nginx',
    title: 'Landing page, over IPv4 and IPv6',
    site: nginx(''),
    addresses: { v4: 1, v6: 1 },
    endpoint: { ...http, assertions: landing },
    expected: PASSES,
  },
  {
    id: 'https-nginx',
    title: 'Landing page over HTTPS, with HSTS',
    site: nginxTls(
      'HSTS',
      identity.healthy,
      `add_header Strict-Transport-Security "max-age=31536000"; ${page(CAMPAIGN)}`,
    ),
    endpoint: { ...https, assertions: landing },
    expected: PASSES,
  },
  {
    id: 'https-http2',
    title: 'Landing page over HTTP/2',
    site: nginxTls('HTTP/2', identity.healthy, page(CAMPAIGN), { listen: 'ssl http2' }),
    endpoint: { ...https, assertions: landing },
    expected: { ...PASSES, says: /HTTP\/2/ },
  },
  {
    id: 'http-redirects',
    title: 'Plain HTTP leads to HTTPS',
    site: site(
      nginx('redirect to HTTPS', 'return 301 https://$host$request_uri;'),
      nginxTls('', identity.healthy),
    ),
    endpoint: { ...http, assertions: { ...landing, redirectToHttps: true } },
    expected: { ...PASSES, says: /after 1 redirect/ },
  },
  {
    id: 'http-haproxy',
    title: 'Landing page behind HAProxy',
    site: site(
      haproxy('HTTP mode, healthy', { mode: 'http', port: 80, backendPort: 8080 }),
      nginx('', page(CAMPAIGN), { port: 8080 }),
    ),
    endpoint: { ...http, assertions: landing },
    expected: PASSES,
  },
  {
    id: 'https-login',
    title: 'A login is asked for (401)',
    site: nginxTls('401', identity.healthy, page('Login', 401)),
    endpoint: https,
    expected: PASSES,
  },
  {
    id: 'https-proxy-admin',
    title: 'LUCY proxy whose master is down: its own /admin answers',
    site: lucyProxy(),
    endpoint: { ...https, path: '/admin' },
    expected: PASSES,
  },
];

/** A proxy that serves /admin itself and hands the rest to a master that is down. */
function lucyProxy(): Site {
  return nginxTls(
    'proxy with a dead upstream',
    identity.healthy,
    ({ address }) =>
      `location /admin { ${page('LUCY')} } location / { proxy_pass http://${address}:${DEAD_PORT}; }`,
  );
}

const redirects: readonly LabCase[] = [
  {
    id: 'http-no-redirect',
    title: 'Plain HTTP serves the page instead of leading to HTTPS',
    site: site(nginx(''), nginxTls('', identity.healthy)),
    endpoint: { ...http, assertions: { redirectToHttps: true } },
    expected: { ...service, cause: 'http.no-https-redirect' },
  },
  {
    id: 'http-redirect-loop',
    title: 'Two pages redirect to each other',
    site: nginx('redirect loop', 'location = / { return 302 /start; } location = /start { return 302 /; }'),
    endpoint: http,
    expected: { ...service, cause: 'http.redirect-loop' },
  },
  {
    id: 'https-redirect-back',
    title: 'HTTPS leads back to HTTP, which leads to HTTPS',
    site: site(
      nginx('redirect to HTTPS', 'return 301 https://$host$request_uri;'),
      nginxTls('redirect to HTTP', identity.healthy, 'return 301 http://$host$request_uri;'),
    ),
    endpoint: https,
    expected: { ...service, cause: 'http.redirect-loop' },
  },
  {
    id: 'http-redirect-metadata',
    title: 'Redirect to the address of cloud metadata',
    site: nginx('redirect to 169.254.169.254', 'return 302 http://169.254.169.254/latest/meta-data/;'),
    endpoint: http,
    expected: { ...service, cause: 'http.redirect-to-private-address', says: /No packet was sent there/ },
  },
  {
    id: 'http-redirect-metadata-name',
    title: 'Redirect to a name that leads to the address of cloud metadata',
    site: site(
      nginx('redirect to a name', ({ host }) => `return 302 http://inner.${host}/;`),
      {
        made: 'A 169.254.169.254',
        dns: ({ host, v4 }) => ({ addresses: { [host]: v4, [`inner.${host}`]: ['169.254.169.254'] } }),
      },
    ),
    endpoint: http,
    expected: { ...service, cause: 'http.redirect-to-private-address', says: /No packet was sent there/ },
  },
  {
    id: 'http-redirect-metadata-mapped',
    title: 'Redirect to cloud metadata written as an IPv6 address',
    site: nginx('redirect to ::ffff:169.254.169.254', 'return 302 http://[::ffff:a9fe:a9fe]/;'),
    endpoint: http,
    expected: { ...service, cause: 'http.redirect-to-private-address', says: /No packet was sent there/ },
  },
  {
    id: 'http-redirect-file',
    title: 'Redirect to a file: URL',
    site: nginx('redirect to file:', 'return 302 file:///etc/passwd;'),
    endpoint: http,
    expected: { ...service, cause: 'http.status-unexpected', says: /scheme file/ },
  },
  {
    id: 'http-redirect-dead-end',
    title: 'Redirect to HTTPS, where nothing listens',
    site: nginx('redirect to HTTPS', 'return 301 https://$host$request_uri;'),
    endpoint: { ...http, assertions: { redirectToHttps: true } },
    expected: { ...service, side: 'host', cause: 'tcp.refused', says: /redirects to https/ },
  },
  {
    id: 'http-redirect-no-name',
    title: 'Redirect to a name that does not exist',
    site: nginx('redirect to a missing name', 'return 301 http://missing.lab.test/;'),
    endpoint: http,
    expected: { ...service, side: 'dns', cause: 'dns.nxdomain', says: /missing\.lab\.test/ },
  },
  {
    id: 'http-redirect-expired',
    title: 'Redirect to HTTPS with an expired certificate',
    site: site(
      nginx('redirect to HTTPS', 'return 301 https://$host$request_uri;'),
      nginxTls('expired certificate', identity.expired),
    ),
    endpoint: { ...http, assertions: { redirectToHttps: true } },
    expected: { ...service, cause: 'tls.cert-expired', says: /redirects to https/ },
  },
];

const pages: readonly LabCase[] = [
  {
    id: 'http-default-page',
    title: 'The page that nginx is installed with',
    site: nginx('default page', page('Welcome to nginx!')),
    endpoint: http,
    expected: { verdict: 'warn', state: 'open', side: 'service', cause: 'http.default-page' },
  },
  {
    id: 'https-wrong-site',
    title: 'Another site answers: its certificate, its page',
    site: nginxTls(
      'default server of another site',
      identity.named('shop.elsewhere.test'),
      page('Garden shop'),
    ),
    endpoint: { ...https, assertions: landing },
    expected: { ...service, cause: 'tls.cert-name-mismatch', alsoFound: ['http.content-missing'] },
  },
  {
    id: 'http-not-found',
    title: 'Page not found',
    site: nginx('404', page('Not found', 404)),
    endpoint: http,
    expected: { ...service, cause: 'http.status-unexpected', says: /404/ },
  },
  {
    id: 'http-waf',
    title: 'Block page of a web application firewall',
    site: nginx(
      '403 by ModSecurity',
      'return 403 "<!doctype html><title>403 Forbidden</title>This request was blocked by ModSecurity.";',
    ),
    endpoint: http,
    expected: { ...service, side: 'network', cause: 'http.blocked-by-waf', says: /ModSecurity/ },
  },
  {
    id: 'http-forbidden',
    title: '403 of the server itself',
    site: nginx('403', 'deny all;'),
    endpoint: http,
    expected: { ...service, cause: 'http.status-unexpected', says: /403/ },
  },
  {
    id: 'https-dead-upstream',
    title: 'LUCY proxy whose master is down: 502',
    site: lucyProxy(),
    endpoint: https,
    expected: { ...service, cause: 'http.status-unexpected', says: /502.*the proxy is up/ },
  },
  {
    id: 'http-backend-down',
    title: 'HAProxy whose backend is down: 503',
    site: haproxy('HTTP mode, backend down', { mode: 'http', port: 80, backendPort: DEAD_PORT }),
    endpoint: http,
    expected: { ...service, cause: 'http.status-unexpected', says: /503.*the proxy is up/ },
  },
  {
    id: 'https-client-certificate',
    title: 'Nginx demands a client certificate (400)',
    site: nginxWithClientVerification(),
    endpoint: https,
    expected: { ...service, cause: 'http.status-unexpected', says: /client certificate/ },
  },
  {
    id: 'https-client-certificate-in-handshake',
    title: 'Stunnel demands a client certificate in the handshake (TLS 1.3)',
    site: site(
      stunnel('client certificates verified', {
        identity: identity.healthy,
        connect: 8080,
        verifyClient: true,
      }),
      nginx('', page(CAMPAIGN), { port: 8080 }),
    ),
    endpoint: https,
    expected: { ...broken, cause: 'tls.alert', says: /demands a client certificate/ },
  },
  {
    id: 'http-on-tls-port',
    title: 'Plain HTTP to a port that speaks TLS',
    site: nginxTls('TLS on port 80', identity.healthy, undefined, { port: 80 }),
    endpoint: http,
    expected: { ...service, cause: 'http.status-unexpected', says: /this port speaks TLS/ },
  },
  {
    id: 'https-two-faults',
    title: 'Expired certificate and an error page',
    site: nginxTls('expired certificate, 500', identity.expired, page('Error', 500)),
    endpoint: https,
    expected: { ...service, cause: 'tls.cert-expired', alsoFound: ['http.status-unexpected'] },
  },
  {
    id: 'http-admin-exposed',
    title: 'A web interface on a port that must be closed',
    site: nginx('admin page', page('Administration'), { port: 8080 }),
    endpoint: { ...http, port: 8080, expect: 'closed' },
    expected: { ...service, side: 'network', cause: 'exposure.open-but-must-be-closed' },
  },
];

function nginxWithClientVerification(): Site {
  const made = 'client certificate demanded';
  let root = '';
  return site(
    {
      made: '',
      prepare: async (_place, lab) => {
        root = await rootFile(lab);
      },
    },
    nginxTls(
      made,
      identity.healthy,
      () => `ssl_client_certificate ${root}; ssl_verify_client on; ${page(CAMPAIGN)}`,
    ),
  );
}

const acme = { ...http, assertions: { acmePath: true } } as const;
const CHALLENGES = '/.well-known/acme-challenge/';
const acmePath: readonly LabCase[] = [
  {
    id: 'acme-reachable',
    title: 'HTTP-01 path gets through: 404 for a token that nobody planted',
    site: nginx('404 below the challenge path', `location ${CHALLENGES} { return 404; }`),
    endpoint: acme,
    expected: PASSES,
  },
  {
    id: 'acme-redirect',
    title:
      'HTTP-01 path is redirected to HTTPS with an expired certificate, which an authority does not look at',
    site: site(
      nginx('redirect to HTTPS', 'return 301 https://$host$request_uri;'),
      nginxTls('expired certificate', identity.expired, 'return 404;'),
    ),
    endpoint: acme,
    expected: PASSES,
  },
  {
    id: 'acme-forbidden',
    title: 'HTTP-01 path is forbidden',
    site: nginx('403 below the challenge path', `location ${CHALLENGES} { deny all; }`),
    endpoint: acme,
    expected: { ...service, cause: 'http.acme-path-blocked', alsoFound: ['http.status-unexpected'] },
  },
  {
    id: 'acme-missing-slash',
    title: 'Redirect rule without a slash behind the host',
    site: nginx('redirect without slash', ({ host }) => `rewrite ^/(.*)$ http://${host}$1 redirect;`),
    endpoint: acme,
    expected: {
      ...service,
      cause: 'http.acme-path-blocked',
      alsoFound: ['http.status-unexpected'],
      says: /lacks a "\/"/,
    },
  },
  {
    id: 'acme-other-port',
    title: 'HTTP-01 path is redirected to port 8443, where authorities do not follow',
    site: nginx('redirect to port 8443', 'return 301 https://$host:8443$request_uri;'),
    endpoint: acme,
    expected: {
      ...service,
      cause: 'http.acme-path-blocked',
      alsoFound: ['http.status-unexpected'],
      says: /port 8443/,
    },
  },
  {
    id: 'acme-dead-end',
    title: 'HTTP-01 path is redirected to HTTPS, where nothing listens',
    site: nginx('redirect to HTTPS', 'return 301 https://$host$request_uri;'),
    endpoint: acme,
    expected: { ...service, cause: 'http.acme-path-blocked', alsoFound: ['tcp.refused'] },
  },
];

const CLOSED =
  'Each accepts the request and closes the connection without a byte; only the log of the server says why.';
const wordless: readonly LabCase[] = [
  {
    id: 'http-slow-upstream',
    title: 'Nginx waits for an upstream that never answers',
    site: site(
      nginx('hanging upstream', ({ address }) => `location / { proxy_pass http://${address}:8081; }`),
      silent(8081),
    ),
    endpoint: http,
    settings: PATIENCE,
    expected: { ...broken, cause: 'http.no-response', alsoFound: ['tcp.accepts-then-silent'] },
    indistinguishableFrom: ['hung-http'],
    reason: 'A proxy that waits for its upstream is as silent as a server that hangs itself.',
  },
  {
    id: 'http-closes',
    title: 'Nginx closes without a word (444)',
    site: nginx('return 444', 'return 444;'),
    endpoint: http,
    expected: { ...broken, cause: 'http.no-response', alsoFound: ['tcp.accepts-then-resets'] },
    indistinguishableFrom: ['http-proxy-protocol', 'http-tcp-backend-down'],
    reason: CLOSED,
  },
  {
    id: 'http-proxy-protocol',
    title: 'Nginx expects the PROXY protocol',
    site: nginx('PROXY protocol expected', page(CAMPAIGN), { listen: 'proxy_protocol' }),
    endpoint: http,
    expected: { ...broken, cause: 'http.no-response', alsoFound: ['tcp.accepts-then-resets'] },
    indistinguishableFrom: ['http-closes', 'http-tcp-backend-down'],
    reason: CLOSED,
  },
  {
    id: 'http-tcp-backend-down',
    title: 'HAProxy in TCP mode, its backend down',
    site: haproxy('TCP mode, backend down', { mode: 'tcp', port: 80, backendPort: DEAD_PORT }),
    endpoint: http,
    expected: { ...broken, cause: 'http.no-response', alsoFound: ['tcp.accepts-then-resets'] },
    indistinguishableFrom: ['http-closes', 'http-proxy-protocol'],
    reason: CLOSED,
  },
  {
    id: 'https-stunnel-backend-down',
    title: 'Stunnel ends TLS, the web server behind it is down',
    site: stunnel('backend down', { identity: identity.healthy, connect: DEAD_PORT }),
    endpoint: https,
    expected: { ...broken, cause: 'http.no-response' },
  },
  {
    id: 'http-reset',
    title: 'RST in answer to the request',
    site: resetsOnFirstBytes(80),
    endpoint: http,
    expected: {
      ...broken,
      side: 'network',
      cause: 'tcp.accepts-then-resets',
      alsoFound: ['http.no-response'],
    },
  },
  {
    id: 'http-ssh',
    title: 'SSH on port 80',
    site: sshd(80),
    endpoint: http,
    expected: { ...broken, cause: 'http.not-http', says: /SSH/ },
  },
  {
    id: 'http-garbage',
    title: 'Bytes of no known protocol on port 80',
    site: answers('garbage', 80, Buffer.from('\x00\x01\x02 not http at all\r\n\r\n', 'latin1')),
    endpoint: http,
    expected: { ...broken, cause: 'http.not-http' },
  },
  {
    id: 'https-plain',
    title: 'Plain HTTP on port 443',
    site: nginx('plain HTTP on 443', page(CAMPAIGN), { port: 443 }),
    endpoint: https,
    expected: { ...broken, cause: 'tls.not-tls', says: /plain HTTP/ },
  },
  {
    id: 'http-header-bomb',
    title: 'Headers without end',
    site: scripted('headers without end', 80, (socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const more = (): void => {
          for (let line = 0; line < 200; line += 1) socket.write(`X-Line-${line}: ${'a'.repeat(900)}\r\n`);
        };
        socket.on('drain', more);
        more();
      }),
    ),
    endpoint: http,
    expected: { ...service, cause: 'http.too-large' },
  },
  {
    id: 'http-cut-body',
    title: 'Connection closed in the middle of the page',
    site: answers('body cut short', 80, 'HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n<title>Spring'),
    endpoint: http,
    expected: { ...service, cause: 'http.no-response', says: /cut off after 13 bytes/ },
  },
];

export const httpCases: readonly LabCase[] = [...healthy, ...redirects, ...pages, ...acmePath, ...wordless];
