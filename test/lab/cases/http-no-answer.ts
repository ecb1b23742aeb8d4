/** Web servers that accept the request and answer nothing, not HTTP, or not to the end. */
import { type LabCase, site } from '../case.ts';
import { haproxy } from '../servers/haproxy.ts';
import * as identity from '../servers/identities.ts';
import { CAMPAIGN, nginx, page } from '../servers/nginx.ts';
import { answers, resetsOnFirstBytes, scripted, silent } from '../servers/scripted.ts';
import { sshd } from '../servers/sshd.ts';
import { stunnel } from '../servers/stunnel.ts';
import { broken, PATIENCE, service } from './expectations.ts';

const http = { kind: 'http' } as const;
const https = { kind: 'https' } as const;
/** Nothing listens there. */
const DEAD_PORT = 9;

const CLOSED =
  'Each accepts the request and closes the connection without a byte; only the log of the server says why.';

export const httpNoAnswerCases: readonly LabCase[] = [
  {
    id: 'http-slow-upstream',
    title: 'Nginx waits for an upstream that never answers',
    site: site(
      nginx('hanging upstream', ({ address }) => `location / { proxy_pass http://${address}:8081; }`),
      silent(8081),
    ),
    endpoint: http,
    settings: PATIENCE,
    expected: {
      ...broken,
      cause: 'tcp.service-hangs',
      alsoFound: ['http.no-response', 'tcp.accepts-then-silent'],
    },
    indistinguishableFrom: ['hung-http'],
    reason: 'A proxy that waits for its upstream is as silent as a server that hangs itself.',
  },
  {
    id: 'http-closes',
    title: 'Nginx closes without a word (444)',
    site: nginx('return 444', 'return 444;'),
    endpoint: http,
    expected: { ...broken, cause: 'http.no-response', alsoFound: ['tcp.accepts-then-resets'] },
    indistinguishableFrom: ['http-tcp-backend-down'],
    reason: CLOSED,
  },
  {
    id: 'http-proxy-protocol',
    title: 'Nginx expects the PROXY protocol',
    site: nginx('PROXY protocol expected', page(CAMPAIGN), { listen: 'proxy_protocol' }),
    endpoint: http,
    expected: { ...broken, side: 'host', cause: 'tcp.proxy-header-expected' },
  },
  {
    id: 'http-proxy-header',
    title: 'A balancer sends a PROXY header to nginx',
    site: site(
      haproxy('TCP mode, send-proxy', { mode: 'tcp', port: 80, backendPort: 8081, sendProxy: 'send-proxy' }),
      nginx('', page(CAMPAIGN), { port: 8081 }),
    ),
    endpoint: http,
    expected: { ...broken, state: 'open', side: 'host', cause: 'tcp.proxy-header-unexpected' },
  },
  {
    id: 'http-tcp-backend-down',
    title: 'HAProxy in TCP mode, its backend down',
    site: haproxy('TCP mode, backend down', { mode: 'tcp', port: 80, backendPort: DEAD_PORT }),
    endpoint: http,
    expected: { ...broken, cause: 'http.no-response', alsoFound: ['tcp.accepts-then-resets'] },
    indistinguishableFrom: ['http-closes'],
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
          for (let line = 0; line < 400; line += 1) socket.write(`X-Line-${line}: ${'a'.repeat(900)}\r\n`);
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
