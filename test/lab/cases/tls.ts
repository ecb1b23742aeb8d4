/** Protocol versions, ciphers and refusals by real servers; and what answers on 443 without being TLS. */
import { type LabCase, site } from '../case.ts';
import { haproxy } from '../servers/haproxy.ts';
import * as identity from '../servers/identities.ts';
import { CAMPAIGN, nginx, nginxTls, page } from '../servers/nginx.ts';
import { sServer } from '../servers/openssl.ts';
import { resetsOnFirstBytes, scripted, silent } from '../servers/scripted.ts';
import { sshd } from '../servers/sshd.ts';
import { stunnel } from '../servers/stunnel.ts';
import { broken, service } from './expectations.ts';

const tls = { kind: 'tls' } as const;

const protocols: readonly LabCase[] = [
  {
    id: 'tls-only-1-0',
    title: 'Speaks TLS 1.0 and nothing newer',
    site: sServer('TLS 1.0 alone', identity.withKey('rsa-2048'), ['-tls1', '-cipher', 'DEFAULT:@SECLEVEL=0']),
    endpoint: tls,
    expected: { ...service, cause: 'tls.protocol-too-old', says: /nothing newer than TLSv1\b/ },
  },
  {
    id: 'tls-only-1-1',
    title: 'Speaks TLS 1.0 and 1.1 and nothing newer',
    site: sServer('TLS 1.0 and 1.1', identity.withKey('rsa-2048'), [
      '-no_tls1_2',
      '-no_tls1_3',
      '-cipher',
      'DEFAULT:@SECLEVEL=0',
    ]),
    endpoint: tls,
    expected: { ...service, cause: 'tls.protocol-too-old', says: /nothing newer than TLSv1\.1/ },
  },
  {
    id: 'tls-still-1-0',
    title: 'Still accepts TLS 1.0 as well as newer versions',
    site: nginxTls(
      'TLS 1.0 to 1.3',
      identity.withKey('rsa-2048'),
      `ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers DEFAULT:@SECLEVEL=0; ${page(CAMPAIGN)}`,
    ),
    endpoint: tls,
    expected: {
      verdict: 'warn',
      state: 'open',
      side: 'service',
      cause: 'tls.protocol-too-old',
      says: /still accepts TLSv1 /,
    },
  },
  {
    id: 'tls-1-2-not-enough',
    title: 'Accepts TLS 1.2 where 1.3 is demanded',
    site: nginxTls('TLS 1.2 and 1.3', identity.healthy),
    endpoint: { ...tls, assertions: { tlsMinVersion: 'TLSv1.3' } },
    expected: { ...service, cause: 'tls.protocol-too-old' },
  },
  {
    id: 'tls-null-cipher',
    title: 'Offers ciphers without encryption only',
    site: sServer('NULL ciphers alone', identity.healthy, [
      '-tls1_2',
      '-cipher',
      'ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0',
    ]),
    endpoint: tls,
    expected: { ...broken, side: 'service', cause: 'tls.alert', says: /alert 40/ },
  },
  {
    id: 'tls-unrecognized-name',
    title: 'No site for this name (ssl_reject_handshake)',
    site: nginxTls('ssl_reject_handshake', identity.healthy, 'ssl_reject_handshake on;'),
    endpoint: tls,
    expected: { ...broken, side: 'service', cause: 'tls.alert', says: /alert 112/ },
  },
  {
    id: 'tls-client-certificate-1-3',
    title: 'Demands a client certificate (TLS 1.3)',
    site: site(
      stunnel('client certificates verified', {
        identity: identity.healthy,
        connect: 8080,
        verifyClient: true,
      }),
      nginx('', page(CAMPAIGN), { port: 8080 }),
    ),
    endpoint: tls,
    expected: { ...broken, side: 'service', cause: 'tls.alert', says: /client certificate/ },
  },
  {
    id: 'tls-client-certificate-1-2',
    title: 'Demands a client certificate (TLS 1.2)',
    site: sServer('client certificate demanded', identity.healthy, ['-tls1_2', '-Verify', '1']),
    endpoint: tls,
    expected: { ...broken, side: 'service', cause: 'tls.alert', says: /client certificate/ },
  },
  {
    id: 'tls-old-too-and-client-certificate',
    title: 'Speaks TLS 1.0 to 1.2 and demands a client certificate',
    site: sServer('TLS 1.0 to 1.2, client certificate demanded', identity.withKey('rsa-2048'), [
      '-no_tls1_3',
      '-Verify',
      '1',
      '-cipher',
      'DEFAULT:@SECLEVEL=0',
    ]),
    endpoint: tls,
    expected: { ...broken, side: 'service', cause: 'tls.alert', says: /client certificate/ },
  },
  {
    id: 'tls-dhe-alone',
    title: 'Agrees keys by DHE and nothing else',
    site: sServer('DHE alone', identity.withKey('rsa-2048'), [
      '-tls1_2',
      '-cipher',
      'DHE-RSA-AES128-GCM-SHA256',
    ]),
    endpoint: tls,
    expected: { ...service, cause: 'tls.key-exchange-refused', says: /DHE alone, with a group of \d+ bits/ },
  },
  {
    id: 'tls-x448-alone',
    title: 'Agrees keys by X448 and nothing else',
    site: sServer('X448 alone', identity.healthy, ['-groups', 'X448']),
    endpoint: tls,
    expected: { ...service, cause: 'tls.key-exchange-refused', says: /group X448 alone/ },
  },
];

const ENDED_ALIKE =
  'A firewall and a balancer without a backend both end the connection at the ClientHello without a byte, by FIN or RST ' +
  'as it happens; only their logs say why.';

const noTls: readonly LabCase[] = [
  {
    id: 'tls-plain-http',
    title: 'Plain HTTP on port 443',
    site: nginx('plain HTTP on 443', page(CAMPAIGN), { port: 443 }),
    endpoint: tls,
    expected: { ...broken, side: 'service', cause: 'tls.not-tls', says: /plain HTTP/ },
  },
  {
    id: 'tls-ssh',
    title: 'SSH where TLS is expected',
    site: sshd(443),
    endpoint: tls,
    expected: { ...broken, side: 'service', cause: 'tls.not-tls', says: /SSH/ },
  },
  {
    id: 'tls-garbage-record',
    title: 'A TLS record of garbage',
    site: scripted('a handshake record of garbage', 443, (socket) =>
      socket.once('data', () =>
        socket.end(Buffer.concat([Buffer.from([22, 3, 3, 0, 64]), Buffer.alloc(64, 0xa5)])),
      ),
    ),
    endpoint: tls,
    expected: { ...broken, side: 'service', cause: 'tls.handshake-failed' },
  },
  {
    id: 'tls-silent',
    title: 'Accepts and never answers the ClientHello',
    site: silent(443),
    endpoint: tls,
    settings: { timeoutMs: 2_000 },
    expected: {
      ...broken,
      cause: 'tcp.service-hangs',
      alsoFound: ['tls.handshake-timeout', 'tcp.accepts-then-silent'],
    },
    indistinguishableFrom: ['hung-https'],
    reason: 'A server that waits for other words and one that hangs are silent alike.',
  },
  {
    id: 'tls-reset',
    title: 'RST in answer to the ClientHello',
    site: resetsOnFirstBytes(443),
    endpoint: tls,
    expected: {
      ...broken,
      side: 'network',
      cause: 'tls.handshake-reset',
      alsoFound: ['tcp.accepts-then-resets'],
    },
    indistinguishableFrom: ['tls-backend-down'],
    reason: ENDED_ALIKE,
  },
  {
    id: 'tls-proxy-protocol',
    title: 'Balancer expects the PROXY protocol before TLS',
    site: site(
      haproxy('PROXY protocol expected', {
        mode: 'http',
        port: 443,
        backendPort: 8080,
        acceptProxy: true,
        identity: identity.healthy,
      }),
      nginx('', page(CAMPAIGN), { port: 8080 }),
    ),
    endpoint: tls,
    expected: {
      ...broken,
      side: 'host',
      cause: 'tcp.proxy-header-expected',
      alsoFound: ['tls.handshake-reset', 'tcp.accepts-then-resets'],
    },
  },
  {
    id: 'tls-proxy-header',
    title: 'A balancer sends a PROXY header to a TLS server',
    site: site(
      haproxy('TCP mode, send-proxy', { mode: 'tcp', port: 443, backendPort: 8444, sendProxy: 'send-proxy' }),
      nginxTls('', identity.healthy, page(CAMPAIGN), { port: 8444 }),
    ),
    endpoint: tls,
    expected: {
      ...broken,
      side: 'host',
      cause: 'tcp.proxy-header-unexpected',
      alsoFound: ['tls.not-tls'],
    },
  },
  {
    id: 'tls-backend-down',
    title: 'Balancer in TCP mode, its backend down',
    site: haproxy('TCP mode, backend down', { mode: 'tcp', port: 443, backendPort: 9 }),
    endpoint: tls,
    expected: {
      ...broken,
      side: 'network',
      cause: 'tls.handshake-reset',
      alsoFound: ['tcp.accepts-then-resets'],
    },
    indistinguishableFrom: ['tls-reset'],
    reason: ENDED_ALIKE,
  },
];

export const tlsCases: readonly LabCase[] = [...protocols, ...noTls];
