/** Certificates of every kind, shown by nginx and stunnel. */
import { type LabCase, site } from '../case.ts';
import * as identity from '../servers/identities.ts';
import { CAMPAIGN, nginx, nginxTls, page } from '../servers/nginx.ts';
import { stunnel } from '../servers/stunnel.ts';
import { PASSES, service } from './expectations.ts';

const tls = { kind: 'tls' } as const;

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
  ...(['expired', 'not yet valid'] as const).map(
    (fault): LabCase => ({
      id: `tls-sibling-${fault.replaceAll(' ', '-')}`,
      title: `Two intermediates of one name and key, of which the first is ${fault}: browsers take the other`,
      site: nginxTls(`first of two sibling intermediates ${fault}`, identity.siblingFirst(fault)),
      endpoint: tls,
      expected: {
        verdict: 'warn',
        state: 'open',
        side: 'service',
        cause: 'tls.chain-ambiguous',
        alsoFound: ['tls.chain-untidy'],
        says: fault === 'expired' ? /expired on/ : /is not valid before/,
      },
    }),
  ),
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
    expected: { ...service, verdict: 'warn', cause: 'tls.weak-key', says: /1024/ },
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
      alsoFound: ['tls.cert-name-mismatch', 'tls.chain-incomplete'],
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
    expected: { ...service, cause: 'tls.chain-incomplete' },
    indistinguishableFrom: ['tls-private-leaf'],
    reason: UNSEEN_ISSUER,
  },
  {
    id: 'tls-private-leaf',
    title: 'Certificate signed by a private root, which is not sent',
    site: nginxTls('private root, not sent', identity.privateLeafAlone),
    endpoint: tls,
    expected: { ...service, cause: 'tls.chain-incomplete' },
    indistinguishableFrom: ['tls-chain-incomplete'],
    reason: UNSEEN_ISSUER,
  },
  {
    id: 'tls-private-chain',
    title: 'Private intermediate sent, its root not',
    site: nginxTls('private intermediate, root not sent', identity.privateRootNotSent),
    endpoint: tls,
    expected: { ...service, cause: 'tls.chain-incomplete' },
    indistinguishableFrom: ['tls-second-intermediate-missing'],
    reason: UNSEEN_ISSUER,
  },
  {
    id: 'tls-second-intermediate-missing',
    title: 'The first of two intermediates sent, the second not',
    site: nginxTls('second intermediate missing', identity.secondIntermediateMissing),
    endpoint: tls,
    expected: { ...service, cause: 'tls.chain-incomplete' },
    indistinguishableFrom: ['tls-private-chain'],
    reason: UNSEEN_ISSUER,
  },
];

export const certificateCases: readonly LabCase[] = [...sound, ...certificates, ...missingIssuers];
