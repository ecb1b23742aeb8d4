/** Where redirects lead, and whether a certificate authority gets to the HTTP-01 path (RFC 8555 §8.3). */
import { type LabCase, site } from '../case.ts';
import * as identity from '../servers/identities.ts';
import { nginx, nginxTls } from '../servers/nginx.ts';
import { PASSES, service } from './expectations.ts';

const http = { kind: 'http' } as const;
const https = { kind: 'https' } as const;

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

export const redirectCases: readonly LabCase[] = [...redirects, ...acmePath];
