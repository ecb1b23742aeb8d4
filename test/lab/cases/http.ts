/** Websites in health, and pages that are not the ones that were meant, by nginx and HAProxy. */
import { type LabCase, type Site, site } from '../case.ts';
import { haproxy } from '../servers/haproxy.ts';
import * as identity from '../servers/identities.ts';
import { CAMPAIGN, nginx, nginxTls, page, rootFile } from '../servers/nginx.ts';
import { stunnel } from '../servers/stunnel.ts';
import { broken, PASSES, service } from './expectations.ts';

const http = { kind: 'http' } as const;
const https = { kind: 'https' } as const;
const landing = { titleContains: CAMPAIGN } as const;
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

export const httpCases: readonly LabCase[] = [...healthy, ...pages];
