/** Mail servers: Postfix in health and with its usual rules, where the MX leads, and what is no mail server. */
import { type LabCase, site } from '../case.ts';
import { haproxy } from '../servers/haproxy.ts';
import * as identity from '../servers/identities.ts';
import { nginx } from '../servers/nginx.ts';
import { postfix, recipientOf } from '../servers/postfix.ts';
import { mailDialogue, resetsSoon, scripted } from '../servers/scripted.ts';
import { sshd } from '../servers/sshd.ts';
import { broken, PASSES, PATIENCE, service, warning, withMailTime } from './expectations.ts';

const smtp = { kind: 'smtp' } as const;
const smtps = { kind: 'smtps' } as const;
/** The server refuses this prober; what it does with others is not known. */
const ours = { verdict: 'inconclusive', state: 'inconclusive', side: 'prober' } as const;
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
    id: 'smtp-relay-denied',
    title: 'Recipient in a domain that is not served (454)',
    site: postfix('domain not served', { identity: identity.healthy }),
    endpoint: { ...smtp, assertions: { recipient: 'info@not-served.example.test' } },
    expected: {
      ...service,
      cause: 'smtp.recipient-refused',
      says: /454 4\.7\.1 .*Relay access denied.*does not take mail for that domain/,
    },
  },
  {
    id: 'smtp-no-reverse-name',
    title: 'Clients without a reverse name are refused (450)',
    site: postfix('reject_unknown_reverse_client_hostname', {
      identity: identity.healthy,
      settings: { smtpd_client_restrictions: 'reject_unknown_reverse_client_hostname' },
    }),
    endpoint: (place) => ({ ...smtp, assertions: { recipient: recipientOf(place) } }),
    expected: { ...ours, cause: 'smtp.client-refused', says: /PTR record/ },
  },
  {
    id: 'smtp-client-refused',
    title: 'This client is refused at RCPT (554)',
    site: postfix('check_client_access', {
      identity: identity.healthy,
      settings: { smtpd_client_restrictions: 'check_client_access static:reject' },
    }),
    endpoint: (place) => ({ ...smtp, assertions: { recipient: recipientOf(place) } }),
    expected: { ...ours, cause: 'smtp.client-refused', says: /554 5\.7\.1 .*Client host rejected/ },
  },
  {
    id: 'smtp-policy-down',
    title: 'The policy service is down (451)',
    site: postfix('policy service down', {
      identity: identity.healthy,
      settings: {
        smtpd_recipient_restrictions:
          'reject_unauth_destination, check_policy_service { inet:127.0.0.1:1, try_limit=1, timeout=1s }',
      },
    }),
    endpoint: (place) => ({ ...smtp, assertions: { recipient: recipientOf(place) } }),
    expected: { ...service, cause: 'smtp.temporarily-unavailable', says: /451 4\.3\.5/ },
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
    expected: { ...ours, cause: 'smtp.rejected-on-connect', says: /554/ },
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
    // "Client host rejected", as Postfix says, is about this client.
    expected: { ...ours, cause: 'smtp.client-refused', says: /421/ },
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
    // Two seconds later Postfix gives up on the balancer and says so; behind a header it greets.
    expected: { ...service, side: 'host', cause: 'tcp.proxy-header-expected' },
  },
  {
    id: 'smtp-proxy-header',
    title: 'A balancer sends a PROXY header to Postfix',
    site: site(
      haproxy('TCP mode, send-proxy', { mode: 'tcp', port: 25, backendPort: 2525, sendProxy: 'send-proxy' }),
      postfix('', { port: 2525, identity: identity.healthy }),
    ),
    endpoint: (place) => ({ ...smtp, assertions: { recipient: recipientOf(place), relayTest: true } }),
    expected: { ...service, side: 'host', cause: 'tcp.proxy-header-unexpected' },
  },
  {
    id: 'smtp-proxy-header-v2',
    title: 'A balancer sends a binary PROXY header to Postfix',
    site: site(
      haproxy('TCP mode, send-proxy-v2', {
        mode: 'tcp',
        port: 25,
        backendPort: 2526,
        sendProxy: 'send-proxy-v2',
      }),
      postfix('', { port: 2526, identity: identity.healthy }),
    ),
    endpoint: (place) => ({ ...smtp, assertions: { recipient: recipientOf(place), relayTest: true } }),
    expected: { ...service, side: 'host', cause: 'tcp.proxy-header-unexpected' },
  },
];

export const smtpCases: readonly LabCase[] = [...healthy, ...policies, ...routing, ...noMail].map(
  withMailTime,
);
