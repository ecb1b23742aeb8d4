/** Mail servers: Postfix in health and with its usual rules, and what devices before it make of the dialogue. */
import { type LabCase, site } from '../case.ts';
import * as identity from '../servers/identities.ts';
import { nginx } from '../servers/nginx.ts';
import { postfix, recipientOf } from '../servers/postfix.ts';
import { greets, mailDialogue, resetsSoon, scripted, silent } from '../servers/scripted.ts';
import { sshd } from '../servers/sshd.ts';
import { stunnel } from '../servers/stunnel.ts';

const smtp = { kind: 'smtp' } as const;
const smtps = { kind: 'smtps' } as const;
const PASSES = { verdict: 'pass', state: 'open' } as const;
const service = { verdict: 'fail', state: 'open', side: 'service' } as const;
const warning = { verdict: 'warn', state: 'open', side: 'service' } as const;
const broken = { verdict: 'fail', state: 'broken', side: 'service' } as const;
const PATIENCE = { timeoutMs: 2_500 } as const;
const strict = { starttls: true } as const;

const healthy: readonly LabCase[] = [
  {
    id: 'smtp-postfix',
    title: 'STARTTLS, recipient accepted, relaying denied; over IPv4 and IPv6',
    site: postfix('STARTTLS', { identity: identity.healthy }),
    addresses: { v4: 1, v6: 1 },
    endpoint: (place) => ({
      ...smtp,
      assertions: { ...strict, recipient: recipientOf(place), relayTest: true },
    }),
    expected: { ...PASSES, says: /relaying is denied \(454\)/ },
  },
  {
    id: 'smtp-tls-required',
    title: 'Nothing is taken before STARTTLS',
    site: postfix('TLS enforced', {
      identity: identity.healthy,
      settings: { smtpd_tls_security_level: 'encrypt' },
    }),
    endpoint: (place) => ({ ...smtp, assertions: { recipient: recipientOf(place) } }),
    expected: PASSES,
  },
  {
    id: 'smtps-postfix',
    title: 'TLS from the first byte on port 465',
    site: postfix('smtps', {
      port: 465,
      identity: identity.healthy,
      settings: { smtpd_tls_wrappermode: 'yes' },
    }),
    endpoint: smtps,
    expected: PASSES,
  },
  {
    id: 'smtp-mx-here',
    title: 'The MX of the reply domain leads here',
    site: site(postfix('STARTTLS', { identity: identity.healthy }), {
      made: 'MX of the domain',
      dns: ({ host, v4 }) => ({
        addresses: { [host]: v4 },
        lines: [`mx-host=replies.${host},${host},10`],
      }),
    }),
    endpoint: ({ host }) => ({ ...smtp, assertions: { mxDomain: `replies.${host}` } }),
    expected: PASSES,
  },
];

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

const policies: readonly LabCase[] = [
  {
    id: 'smtp-greylisting',
    title: 'Recipient is greylisted',
    site: postfix('greylisting', {
      identity: identity.healthy,
      settings: {
        smtpd_recipient_restrictions:
          'reject_unauth_destination, check_recipient_access static:{450 4.2.0 Greylisted, see http://postgrey.example.test/}',
      },
    }),
    endpoint: (place) => ({ ...smtp, assertions: { recipient: recipientOf(place) } }),
    expected: { ...warning, cause: 'smtp.recipient-greylisted', says: /by greylisting/ },
  },
  {
    id: 'smtp-no-such-user',
    title: 'Recipient does not exist',
    site: postfix('unknown user', { identity: identity.healthy }),
    endpoint: ({ host }) => ({ ...smtp, assertions: { recipient: `nobody@${host}` } }),
    expected: { ...service, cause: 'smtp.recipient-refused', says: /550 5\.1\.1/ },
  },
  {
    id: 'smtp-sender-refused',
    title: 'The empty sender is refused',
    site: postfix('sender refused', {
      identity: identity.healthy,
      settings: { smtpd_delay_reject: 'no', smtpd_sender_restrictions: 'reject' },
    }),
    endpoint: (place) => ({ ...smtp, assertions: { recipient: recipientOf(place) } }),
    expected: { ...service, cause: 'smtp.sender-refused' },
  },
  {
    id: 'smtp-554',
    title: '554 in place of a greeting',
    site: postfix('554 on connect', {
      settings: { smtpd_delay_reject: 'no', smtpd_client_restrictions: 'reject' },
    }),
    endpoint: smtp,
    expected: { ...service, cause: 'smtp.rejected-on-connect', says: /554/ },
  },
  {
    id: 'smtp-421',
    title: '421 in place of a greeting',
    site: postfix('421 on connect', {
      settings: {
        smtpd_delay_reject: 'no',
        smtpd_client_restrictions: 'check_client_access static:{421 4.7.0 Too many connections, try later}',
      },
    }),
    endpoint: smtp,
    expected: { ...service, cause: 'smtp.temporarily-unavailable', says: /421/ },
  },
  {
    id: 'smtp-open-relay',
    title: 'Mail for strangers is taken',
    site: postfix('open relay', {
      identity: identity.healthy,
      settings: { mynetworks: '10.77.0.0/16' },
    }),
    endpoint: { ...smtp, assertions: { relayTest: true } },
    expected: { ...service, cause: 'smtp.relay-suspected', says: /not proven/ },
  },
  {
    id: 'smtp-ehlo-refused',
    title: 'EHLO is refused, HELO is not',
    site: mailDialogue('502 to EHLO', 25, ({ host }) => ({
      greeting: `220 ${host} SMTP`,
      replies: { HELO: `250 ${host}`, MAIL: '250 Ok', RSET: '250 Ok' },
    })),
    endpoint: smtp,
    expected: { ...warning, cause: 'smtp.ehlo-refused' },
  },
  {
    id: 'smtp-exposed',
    title: 'A mail server on a port that must be closed',
    site: postfix('', { identity: identity.healthy }),
    endpoint: { ...smtp, expect: 'closed' },
    expected: { ...service, side: 'network', cause: 'exposure.open-but-must-be-closed' },
  },
];

const routing: readonly LabCase[] = [
  {
    id: 'smtp-mx-elsewhere',
    title: 'Port 25 is open, but the MX leads elsewhere',
    site: site(postfix('STARTTLS', { identity: identity.healthy }), {
      made: 'MX of another server',
      dns: ({ host, v4 }) => ({
        addresses: { [host]: v4, [`mx.${host}`]: ['10.77.127.1'] },
        lines: [`mx-host=replies.${host},mx.${host},10`],
      }),
    }),
    endpoint: ({ host }) => ({ ...smtp, assertions: { mxDomain: `replies.${host}` } }),
    expected: { ...service, side: 'dns', cause: 'smtp.mx-elsewhere', says: /10\.77\.127\.1/ },
  },
  {
    id: 'smtp-null-mx',
    title: 'The reply domain declares that it takes no mail',
    site: site(postfix('STARTTLS', { identity: identity.healthy }), {
      made: 'null MX',
      dns: ({ host, v4 }) => ({
        addresses: { [host]: v4 },
        // RFC 7505: type 15, preference 0, the root as exchange.
        lines: [`dns-rr=replies.${host},15,000000`],
      }),
    }),
    endpoint: ({ host }) => ({ ...smtp, assertions: { mxDomain: `replies.${host}` } }),
    expected: { ...service, side: 'dns', cause: 'smtp.null-mx' },
  },
];

const NO_GREETING =
  'A server that waits for the client to speak first and one that hangs are both silent, and a mail client must not speak first.';
const noMail: readonly LabCase[] = [
  {
    id: 'smtp-http',
    title: 'A web server on port 25 waits for a request',
    site: nginx('HTTP on port 25', undefined, { port: 25 }),
    endpoint: smtp,
    settings: PATIENCE,
    expected: { ...broken, cause: 'smtp.no-banner', alsoFound: ['tcp.accepts-then-silent'] },
    indistinguishableFrom: ['hung-smtp'],
    reason: NO_GREETING,
  },
  {
    id: 'smtp-reset',
    title: 'RST soon after the handshake',
    site: resetsSoon(25),
    endpoint: smtp,
    expected: { ...broken, side: 'network', cause: 'tcp.accepts-then-resets' },
  },
  {
    id: 'smtp-closes',
    title: 'Accepts and closes without a greeting',
    site: scripted('FIN after the handshake', 25, (socket) => socket.end()),
    endpoint: smtp,
    expected: { ...broken, cause: 'smtp.no-banner' },
  },
  {
    id: 'smtp-ssh',
    title: 'SSH on port 25',
    site: sshd(25),
    endpoint: smtp,
    expected: { ...broken, cause: 'smtp.not-smtp', says: /SSH/ },
  },
  {
    id: 'smtp-ftp',
    title: 'An FTP server on port 25',
    site: mailDialogue('FTP', 25, () => ({
      greeting: '220 (vsFTPd 3.0.3)',
      replies: {},
      otherwise: '530 Please login with USER and PASS.',
    })),
    endpoint: smtp,
    expected: { ...broken, cause: 'smtp.not-smtp', says: /FTP/ },
  },
  {
    id: 'smtp-proxy-protocol',
    title: 'Postfix expects the PROXY protocol',
    site: postfix('PROXY protocol expected', {
      settings: { smtpd_upstream_proxy_protocol: 'haproxy', smtpd_upstream_proxy_timeout: '2s' },
    }),
    endpoint: smtp,
    // Two seconds later Postfix gives up on the balancer and says so.
    expected: { ...service, cause: 'smtp.temporarily-unavailable', says: /421 4\.3\.0/ },
  },
];

export const smtpCases: readonly LabCase[] = [
  ...healthy,
  ...encryption,
  ...devices,
  ...policies,
  ...routing,
  ...noMail,
];
