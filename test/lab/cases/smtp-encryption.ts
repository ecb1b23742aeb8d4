/** STARTTLS and smtps, and what devices before a mail server make of the dialogue. */
import { type LabCase, site } from '../case.ts';
import * as identity from '../servers/identities.ts';
import { postfix, recipientOf } from '../servers/postfix.ts';
import { greets, mailDialogue, silent } from '../servers/scripted.ts';
import { stunnel } from '../servers/stunnel.ts';
import { broken, PATIENCE, service, warning, withMailTime } from './expectations.ts';

const smtp = { kind: 'smtp' } as const;
const smtps = { kind: 'smtps' } as const;
const strict = { starttls: true } as const;

const encryption: readonly LabCase[] = [
  {
    id: 'smtp-no-starttls',
    title: 'STARTTLS is not offered',
    site: postfix('without TLS'),
    endpoint: smtp,
    expected: { ...warning, cause: 'smtp.starttls-missing' },
  },
  {
    id: 'smtp-no-starttls-required',
    title: 'STARTTLS is not offered, and is required',
    site: postfix('without TLS'),
    endpoint: { ...smtp, assertions: strict },
    expected: { ...service, cause: 'smtp.starttls-missing' },
  },
  {
    id: 'smtp-expired',
    title: 'Expired certificate behind STARTTLS',
    site: postfix('expired certificate', { identity: identity.expired }),
    endpoint: smtp,
    expected: { ...warning, cause: 'tls.cert-expired', says: /RFC 8460: certificate-expired/ },
  },
  {
    id: 'smtp-expired-required',
    title: 'Expired certificate behind STARTTLS, where a sound one is required',
    site: postfix('expired certificate', { identity: identity.expired }),
    endpoint: { ...smtp, assertions: strict },
    expected: { ...service, cause: 'tls.cert-expired' },
  },
  {
    id: 'smtp-self-signed',
    title: 'Self-signed certificate for another name behind STARTTLS',
    site: postfix('self-signed certificate', { identity: identity.selfSignedFor('localhost') }),
    endpoint: { ...smtp, assertions: strict },
    expected: { ...service, cause: 'tls.cert-name-mismatch', alsoFound: ['tls.cert-self-signed'] },
  },
  {
    id: 'smtps-clear',
    title: 'SMTP in clear on port 465',
    site: postfix('in clear on 465', { port: 465 }),
    endpoint: smtps,
    expected: { ...broken, cause: 'tls.not-tls', says: /test it as smtp/ },
  },
  {
    id: 'smtp-on-smtps-port',
    title: 'TLS from the first byte, asked for in clear',
    site: postfix('smtps', {
      port: 465,
      identity: identity.healthy,
      settings: { smtpd_tls_wrappermode: 'yes' },
    }),
    endpoint: { ...smtp, port: 465 },
    settings: PATIENCE,
    expected: {
      ...broken,
      cause: 'smtp.no-banner',
      alsoFound: ['tcp.accepts-then-silent'],
      says: /test it as smtps/,
    },
  },
  {
    id: 'smtps-still-1-0',
    title: 'TLS from the first byte, TLS 1.0 still accepted',
    site: postfix('TLS 1.0 to 1.3', {
      port: 465,
      identity: identity.healthy,
      settings: { smtpd_tls_wrappermode: 'yes', smtpd_tls_mandatory_protocols: '>=TLSv1' },
    }),
    endpoint: smtps,
    expected: { ...warning, cause: 'tls.protocol-too-old', says: /still accepts TLSv1 / },
  },
  {
    id: 'smtps-client-certificate',
    title: 'TLS from the first byte, a client certificate is demanded',
    site: postfix('client certificate demanded', {
      port: 465,
      identity: identity.healthy,
      settings: { smtpd_tls_wrappermode: 'yes', smtpd_tls_req_ccert: 'yes' },
    }),
    endpoint: smtps,
    // Postfix shakes hands with anybody and says so afterwards.
    expected: {
      ...service,
      cause: 'smtp.temporarily-unavailable',
      says: /421 4\.7\.1 .*No client certificate presented/,
    },
  },
  {
    id: 'smtps-backend-down',
    title: 'Stunnel ends TLS, the mail server behind it is down',
    site: stunnel('backend down', { identity: identity.healthy, connect: 2525, port: 465 }),
    endpoint: smtps,
    expected: { ...broken, cause: 'smtp.no-banner' },
  },
  {
    id: 'smtps-backend-silent',
    title: 'Stunnel ends TLS, the mail server behind it hangs',
    site: site(
      stunnel('silent backend', { identity: identity.healthy, connect: 2525, port: 465 }),
      silent(2525),
    ),
    endpoint: smtps,
    settings: PATIENCE,
    expected: { ...broken, cause: 'smtp.no-banner' },
  },
  {
    id: 'smtp-starttls-client-certificate',
    title: 'A client certificate is demanded after STARTTLS',
    site: postfix('TLS enforced, client certificate demanded', {
      identity: identity.healthy,
      settings: { smtpd_tls_security_level: 'encrypt', smtpd_tls_req_ccert: 'yes' },
    }),
    endpoint: smtp,
    expected: { ...service, cause: 'smtp.starttls-failed', says: /No client certificate presented/ },
  },
  {
    id: 'smtp-starttls-refused',
    title: 'STARTTLS is offered and then refused',
    site: mailDialogue('454 to STARTTLS', 25, ({ host }) => ({
      greeting: `220 ${host} ESMTP`,
      replies: {
        EHLO: `250-${host}\n250 STARTTLS`,
        STARTTLS: '454 4.7.0 TLS not available due to local problem',
        MAIL: '250 2.1.0 Ok',
        RSET: '250 2.0.0 Ok',
      },
    })),
    endpoint: smtp,
    expected: { ...warning, cause: 'smtp.starttls-failed', says: /454 4\.7\.0/ },
  },
  {
    id: 'smtp-starttls-reset',
    title: 'Connection reset in the handshake after STARTTLS',
    site: mailDialogue('RST after STARTTLS', 25, ({ host }) => ({
      greeting: `220 ${host} ESMTP`,
      replies: { EHLO: `250-${host}\n250 STARTTLS`, STARTTLS: '220 2.0.0 Ready to start TLS' },
      after: { verb: 'STARTTLS', does: 'reset' },
    })),
    endpoint: smtp,
    expected: { ...service, cause: 'smtp.starttls-failed', alsoFound: ['tls.handshake-reset'] },
  },
  {
    id: 'smtp-starttls-garbage',
    title: 'No TLS after STARTTLS',
    site: mailDialogue('text after STARTTLS', 25, ({ host }) => ({
      greeting: `220 ${host} ESMTP`,
      replies: { EHLO: `250-${host}\n250 STARTTLS`, STARTTLS: '220 2.0.0 Ready to start TLS' },
      after: { verb: 'STARTTLS', does: 'garbage' },
    })),
    endpoint: smtp,
    expected: { ...service, cause: 'smtp.starttls-failed', alsoFound: ['tls.not-tls'] },
  },
];

/** What Cisco ASA's `inspect esmtp` leaves of a dialogue (Cisco document 118550). */
const inspected = ({ host }: { host: string }, greeting: string) => ({
  greeting,
  replies: {
    EHLO: `250-${host}\n250-SIZE 10240000\n250-XXXXXXXA\n250 8BITMIME`,
    MAIL: '250 2.1.0 Ok',
    RSET: '250 2.0.0 Ok',
  },
  otherwise: '500 5.5.1 Command unrecognized: "XXXX"',
});

const devices: readonly LabCase[] = [
  {
    id: 'smtp-asa',
    title: 'Cisco ASA masks the greeting and overwrites STARTTLS',
    site: mailDialogue('ASA inspection', 25, (place) =>
      inspected(place, `220 ${'*'.repeat(48)}2${'*'.repeat(6)}0${'*'.repeat(10)}`),
    ),
    endpoint: smtp,
    expected: {
      ...warning,
      side: 'network',
      cause: 'smtp.banner-masked',
      alsoFound: ['smtp.starttls-stripped'],
    },
  },
  {
    id: 'smtp-asa-starttls',
    title: 'A firewall overwrites STARTTLS with XXXXXXXA, where it is required',
    site: mailDialogue('ASA inspection, greeting let through', 25, (place) =>
      inspected(place, `220 ${place.host} ESMTP Postfix`),
    ),
    endpoint: { ...smtp, assertions: strict },
    expected: { ...service, side: 'network', cause: 'smtp.starttls-stripped' },
  },
  {
    id: 'smtp-pregreet',
    title: 'Postscreen holds its greeting back for six seconds',
    site: postfix('postscreen', {
      identity: identity.healthy,
      daemon: 'postscreen',
      // It would let those through at once whom it has seen before.
      settings: { postscreen_cache_map: '' },
    }),
    endpoint: (place) => ({ ...smtp, assertions: { recipient: recipientOf(place) } }),
    settings: { timeoutMs: 20_000 },
    expected: { ...warning, cause: 'smtp.banner-delayed' },
  },
  {
    id: 'smtp-teaser-only',
    title: 'The greeting begins and never ends',
    site: greets('220- and no more', 25, '220-mail.example.test ESMTP, please wait\r\n'),
    endpoint: smtp,
    settings: PATIENCE,
    expected: { ...broken, cause: 'smtp.no-banner', says: /please wait/ },
  },
];

export const smtpEncryptionCases: readonly LabCase[] = [...encryption, ...devices].map(withMailTime);
