/** Certificates and protocol versions, by real servers; and what answers on 443 without being TLS. */
import { type LabCase, site } from '../case.ts';
import { haproxy } from '../servers/haproxy.ts';
import * as identity from '../servers/identities.ts';
import { CAMPAIGN, nginx, nginxTls, page } from '../servers/nginx.ts';
import { sServer } from '../servers/openssl.ts';
import { resetsOnFirstBytes, scripted, silent } from '../servers/scripted.ts';
import { sshd } from '../servers/sshd.ts';
import { stunnel } from '../servers/stunnel.ts';

const PASSES = { verdict: 'pass', state: 'open' } as const;
const tls = { kind: 'tls' } as const;
/** A fault of what the server is, told after a handshake that completed. */
const service = { verdict: 'fail', state: 'open', side: 'service' } as const;

const sound: readonly LabCase[] = [
  {
    id: 'tls-nginx',
    title: 'Sound certificate, over IPv4 and IPv6',
    site: nginxTls('', identity.healthy),
    addresses: { v4: 1, v6: 1 },
    endpoint: tls,
    expected: PASSES,
  },
  {
    id: 'tls-ec-p384',
    title: 'Certificate with an EC key of 384 bits',
    site: nginxTls('EC P-384', identity.withKey('ec-p384')),
    endpoint: tls,
    expected: PASSES,
  },
  {
    id: 'tls-wildcard',
    title: 'Wildcard certificate that covers the name',
    site: nginxTls('certificate of *.lab.test', identity.named('*.lab.test')),
    endpoint: tls,
    expected: PASSES,
  },
  {
    id: 'tls-address-as-name',
    title: 'An address is asked for, and the certificate names it',
    site: nginxTls('certificate of an IP address', identity.forAddress),
    endpoint: ({ address }) => ({ ...tls, host: address }),
    expected: PASSES,
  },
  {
    id: 'tls-stunnel',
    title: 'Stunnel in front of a web server',
    site: site(
      stunnel('healthy', { identity: identity.healthy, connect: 8080 }),
      nginx('', page(CAMPAIGN), { port: 8080 }),
    ),
    endpoint: tls,
    expected: PASSES,
  },
  {
    id: 'tls-wrong-order',
    title: 'Intermediates sent in the wrong order',
    site: nginxTls('chain in the wrong order', identity.wrongOrder),
    endpoint: tls,
    expected: { ...PASSES, alsoFound: ['tls.chain-untidy'] },
  },
  {
    id: 'tls-must-staple',
    title: 'Certificate demands a stapled OCSP response, none is sent',
    site: nginxTls('must-staple, no stapling', identity.mustStaple),
    endpoint: tls,
    expected: { ...PASSES, alsoFound: ['tls.staple-missing'] },
  },
];

const certificates: readonly LabCase[] = [
  {
    id: 'tls-expired',
    title: 'Certificate expired ten days ago',
    site: nginxTls('expired certificate', identity.expired),
    endpoint: tls,
    expected: { ...service, cause: 'tls.cert-expired', says: /10 days ago/ },
  },
  {
    id: 'tls-not-yet-valid',
    title: 'Certificate is valid from the day after tomorrow',
    site: nginxTls('certificate of the future', identity.notYetValid),
    endpoint: tls,
    expected: { ...service, cause: 'tls.cert-not-yet-valid' },
  },
  {
    id: 'tls-expires-soon',
    title: 'Certificate expires in ten days',
    site: nginxTls('certificate with ten days left', identity.expiringIn(10.5)),
    endpoint: tls,
    expected: {
      verdict: 'warn',
      state: 'open',
      side: 'service',
      cause: 'tls.cert-expires-soon',
      says: /in 10 days/,
    },
  },
  {
    id: 'tls-expires-too-soon',
    title: 'Certificate expires in ten days, fourteen are demanded',
    site: nginxTls('certificate with ten days left', identity.expiringIn(10.5)),
    endpoint: { ...tls, assertions: { certDaysFail: 14 } },
    expected: { ...service, cause: 'tls.cert-expires-soon', says: /limit 14/ },
  },
  {
    id: 'tls-wrong-name',
    title: 'Certificate of another name',
    site: nginxTls('certificate of another name', identity.named('shop.elsewhere.test')),
    endpoint: tls,
    expected: { ...service, cause: 'tls.cert-name-mismatch', says: /shop\.elsewhere\.test/ },
  },
  {
    id: 'tls-wildcard-too-deep',
    title: 'Wildcard one level too deep',
    site: site(nginxTls('certificate of *.lab.test', identity.named('*.lab.test')), {
      made: '',
      dns: ({ host, v4 }) => ({ addresses: { [`www.${host}`]: v4 } }),
    }),
    endpoint: ({ host }) => ({ ...tls, host: `www.${host}` }),
    expected: { ...service, cause: 'tls.cert-name-mismatch', says: /\*\.lab\.test/ },
  },
  {
    id: 'tls-address-not-named',
    title: 'An address is asked for, and the certificate names a host only',
    site: nginxTls('', identity.healthy),
    endpoint: ({ address }) => ({ ...tls, host: address }),
    expected: { ...service, cause: 'tls.cert-name-mismatch' },
  },
  {
    id: 'tls-self-signed',
    title: 'Self-signed certificate',
    site: nginxTls('self-signed', identity.selfSigned),
    endpoint: tls,
    expected: { ...service, cause: 'tls.cert-self-signed' },
  },
  {
    id: 'tls-private-root',
    title: 'Chain of a private root, which is sent along',
    site: nginxTls('private root, sent', identity.privateRootSent),
    endpoint: tls,
    expected: { ...service, cause: 'tls.cert-untrusted-root', says: /Example Company Root/ },
  },
  {
    id: 'tls-name-constraints',
    title: 'Authority that may not vouch for this name',
    site: nginxTls('name constraints violated', identity.outsideConstraints),
    endpoint: tls,
    expected: { ...service, cause: 'tls.chain-invalid' },
  },
  {
    id: 'tls-bad-signature',
    title: 'Certificate with a spoilt signature',
    site: nginxTls('spoilt signature', identity.spoiltSignature),
    endpoint: tls,
    expected: { ...service, cause: 'tls.chain-invalid', says: /signature/ },
  },
  {
    id: 'tls-weak-key',
    title: 'RSA key of 1024 bits',
    site: nginxTls(
      'RSA-1024',
      identity.withKey('rsa-1024'),
      `ssl_ciphers DEFAULT:@SECLEVEL=0; ${page(CAMPAIGN)}`,
    ),
    endpoint: tls,
    expected: { ...service, cause: 'tls.weak-key', says: /1024/ },
  },
  {
    id: 'tls-sha1',
    title: 'Certificate signed with SHA-1',
    site: nginxTls(
      'SHA-1 signature',
      identity.sha1Signed,
      `ssl_ciphers DEFAULT:@SECLEVEL=0; ${page(CAMPAIGN)}`,
    ),
    endpoint: tls,
    expected: { ...service, cause: 'tls.weak-signature' },
  },
  {
    id: 'tls-three-faults',
    title: 'Expired, for another name, and without its intermediate',
    site: nginxTls('three faults at once', identity.threeFaults),
    endpoint: tls,
    expected: {
      ...service,
      cause: 'tls.cert-expired',
      alsoFound: ['tls.cert-name-mismatch', 'tls.chain-incomplete', 'tls.cert-untrusted-root'],
    },
  },
];

/** What a prober can't know: whether the authority that it wasn't shown is a public intermediate or a company's own. */
const UNSEEN_ISSUER =
  'The issuer was not sent: it may be a public intermediate that was forgotten or a private root, and nothing that the ' +
  'server sends tells which.';
const missingIssuers: readonly LabCase[] = [
  {
    id: 'tls-chain-incomplete',
    title: 'Intermediate not sent',
    site: nginxTls('intermediate missing', identity.withoutIntermediate(identity.healthy)),
    endpoint: tls,
    expected: { ...service, cause: 'tls.chain-incomplete', alsoFound: ['tls.cert-untrusted-root'] },
    indistinguishableFrom: ['tls-private-leaf'],
    reason: UNSEEN_ISSUER,
  },
  {
    id: 'tls-private-leaf',
    title: 'Certificate signed by a private root, which is not sent',
    site: nginxTls('private root, not sent', identity.privateLeafAlone),
    endpoint: tls,
    expected: { ...service, cause: 'tls.chain-incomplete', alsoFound: ['tls.cert-untrusted-root'] },
    indistinguishableFrom: ['tls-chain-incomplete'],
    reason: UNSEEN_ISSUER,
  },
  {
    id: 'tls-private-chain',
    title: 'Private intermediate sent, its root not',
    site: nginxTls('private intermediate, root not sent', identity.privateRootNotSent),
    endpoint: tls,
    expected: { ...service, cause: 'tls.cert-untrusted-root', alsoFound: ['tls.chain-incomplete'] },
    indistinguishableFrom: ['tls-second-intermediate-missing'],
    reason: UNSEEN_ISSUER,
  },
  {
    id: 'tls-second-intermediate-missing',
    title: 'The first of two intermediates sent, the second not',
    site: nginxTls('second intermediate missing', identity.secondIntermediateMissing),
    endpoint: tls,
    expected: { ...service, cause: 'tls.cert-untrusted-root', alsoFound: ['tls.chain-incomplete'] },
    indistinguishableFrom: ['tls-private-chain'],
    reason: UNSEEN_ISSUER,
  },
];

const broken = { verdict: 'fail', state: 'broken' } as const;

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
    title: 'Still accepts TLS 1.0 beside newer versions',
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
];

const ENDED_ALIKE =
  'A firewall, a balancer that misses the PROXY protocol and one without a backend all end the connection at the ' +
  'ClientHello without a byte, by FIN or RST as it happens; only their logs say why.';

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
      side: 'network',
      cause: 'tls.handshake-timeout',
      alsoFound: ['tcp.accepts-then-silent'],
    },
    indistinguishableFrom: ['hung-https', 'data-dropped-https'],
    reason:
      'A server that waits for other words, one that hangs and a firewall that drops data are silent alike.',
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
    indistinguishableFrom: ['tls-proxy-protocol', 'tls-backend-down'],
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
      side: 'network',
      cause: 'tls.handshake-reset',
      alsoFound: ['tcp.accepts-then-resets'],
    },
    indistinguishableFrom: ['tls-reset', 'tls-backend-down'],
    reason: ENDED_ALIKE,
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
    indistinguishableFrom: ['tls-reset', 'tls-proxy-protocol'],
    reason: ENDED_ALIKE,
  },
];

export const tlsCases: readonly LabCase[] = [
  ...sound,
  ...certificates,
  ...missingIssuers,
  ...protocols,
  ...noTls,
];
