/** Replies as real servers word them, each with what it is about. */
import { describe, expect, test } from 'vitest';
import { readRefusal, type Stage } from '../../../../lib/kinds/smtp/judge/refusal.ts';

const about = (text: string, stage: Stage): string => {
  const lines = text.split('\n');
  const refusal = readRefusal(
    { code: Number(lines.at(-1)?.slice(0, 3)), lines: lines.map((line) => line.slice(4)) },
    stage,
  );
  if (refusal.about === 'client') return `client ${refusal.trait}`;
  if (refusal.about === 'sender') return refusal.domain ? 'sender domain' : 'sender';
  return refusal.about;
};

const AT_RCPT: Readonly<Record<string, readonly string[]>> = {
  greylisting: [
    '450 4.2.0 <a@b.example>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/b.example.html',
    '451 4.7.1 Greylisting in action, please come back in 00:05:00',
    '451 4.7.1 Greylisting in action, please try again later (rspamd)',
    '451 4.7.1 Please try again later (graylisted)',
    '450 4.7.1 <a@b.example>: Recipient address rejected: Service is unavailable (grey-listed)',
    '451 Resources temporarily unavailable. Greylisting: try in 300 s',
    '451 Internal resources are temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451 [abc.uk1]',
    '421 4.7.0 [GL01] Message from (192.0.2.7) temporarily deferred - 4.16.50',
    '451 This server employs greylisting as a means of reducing spam. Please resend e-mail shortly',
    '450 4.7.1 Greylisted for 5 minutes (SQLgrey)',
  ],
  domain: [
    '550 5.4.4 Unable to route',
    '550 No such domain at this location',
    '454 4.7.1 <info@customer.example>: Relay access denied',
    '554 5.7.1 <info@customer.example>: Relay access denied',
    '550 5.7.1 <a@b.example>... Relaying denied. Proper authentication required.',
    '550 5.7.1 <a@b.example>... Relaying denied. IP name lookup failed [192.0.2.7]',
    '550 relay not permitted',
    '550 5.7.1 Unable to relay',
    '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain',
    '550 5.7.64 TenantAttribution; Relay Access Denied [abc.prod.protection.outlook.com]',
    "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    '550 Unrouteable address',
    '450 4.1.2 <a@b.example>: Recipient address rejected: Domain not found',
    '550 5.1.2 <a@b.example>... Host unknown (Name server: b.example: host not found)',
    '550-Please turn on SMTP Authentication in your mail client.\n550-mx (h) [192.0.2.7]:4711 is not permitted to relay through\n550 this server without authentication.',
    '551 we do not relay',
    '550 5.7.1 This system is not configured to relay mail; relaying prohibited',
  ],
  mailbox: [
    '550 5.4.1 [a@b.example]: Recipient address rejected: Access denied',
    '550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [abc.prod.protection.outlook.com]',
    '550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550',
    '550 5.7.1 <a@b.example>, Recipient unknown',
    '550 5.2.1 The email account that you tried to reach is disabled.',
    '550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual mailbox table',
    '450 4.1.1 <a@b.example>: Recipient address rejected: User unknown in local recipient table',
    '550 5.1.1 <a@b.example>... User unknown',
    '550 No such user here',
    '550 Unknown user',
    "550-5.1.1 The email account that you tried to reach does not exist. Please try\n550 5.1.1 double-checking the recipient's email address",
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    '550 Invalid recipient: <a@b.example>',
    '511 sorry, no mailbox here by that name (#5.1.1 - chkuser)',
    '550 Delivery is not allowed to this address.',
    '550 5.1.1 <blacklist@dnsbl.example>: Recipient address rejected: User unknown',
    '550 5.1.1 <spamhaus@customer.example> no such mailbox',
    '550 5.2.1 The mailbox is disabled',
    '550 Requested action not taken: mailbox unavailable',
    '553 5.1.3 bad recipient address syntax',
  ],
  'mailbox-full': [
    '452 4.2.2 The email account that you tried to reach is over quota.',
    '552 5.2.2 Mailbox full',
    '452 4.2.2 <a@b.example>: Mailbox is full / quota exceeded',
  ],
  system: [
    '421 4.7.0 mx.example Rejecting connections: load average: 20',
    '450 4.1.1 <a@b.example>: Recipient address rejected: unverified address: Address verification in progress',
    '451 4.3.5 Server configuration problem',
    '451 4.3.0 <a@b.example>: Temporary lookup failure',
    '450 4.3.2 Service currently unavailable',
    '452 4.3.1 Insufficient system resources (UsedDiskSpace)',
    '451 4.7.0 Temporary server error. Please try again later. PRX5',
    '451 4.7.0 Temporary server error. Please try again later. PRX4 NextHop: mailbox.example',
    '421 4.3.2 Service not available',
    '432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded',
    '451 4.4.0 DNS query failed',
    '451 DNS temporary failure (#4.3.0)',
    '451 Temporary local problem - please try later',
    '450 4.1.1 <a@b.example>: Recipient address rejected: unverified address: connect to 10.0.0.5[10.0.0.5]:25: Connection refused',
    '450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages',
    '452 4.5.3 Too many recipients',
    '421 Temporary Failure',
    '451 Temporary failure, please try again later.',
    '450 4.7.1 Try again later',
    '451 4.7.1 Service unavailable - try again later',
  ],
  'client reverse-name': [
    '450 4.7.1 Client host rejected: no reverse name for 192.0.2.7',
    '450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.7]',
    '450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.7]',
    '550-5.7.25 [192.0.2.7] The IP address sending this message does not have a\n550-5.7.25 PTR record setup, or the corresponding forward DNS entry does not\n550 5.7.25 point to the sending IP.',
    '550 5.7.1 Fix reverse DNS for 192.0.2.7',
    '550 Reverse DNS lookup failed for host [192.0.2.7]',
    '451 4.7.1 no PTR record for 192.0.2.7',
  ],
  'client helo-name': [
    '504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname',
    '450 4.7.1 <prober.example>: Helo command rejected: Host not found',
    '550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)',
    '550 5.7.1 HELO should be a FQDN or address literal',
  ],
  'client block-list': [
    "550 5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).",
    "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.7, because the ip is in Spamhaus's list",
    "554 5.7.1 Your access to this mail system has been rejected due to the sending MTA's poor reputation.",
    '421-4.7.0 [192.0.2.7] Our system has detected that this message is suspicious\n421 4.7.0 due to the very low reputation of the sending IP address.',
    '554 5.7.1 Client 192.0.2.7 is listed at bl.example',
    '554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7',
    '550 5.7.1 Service unavailable, Client host [192.0.2.7] blocked using Spamhaus. (AS16012611)',
    '550 5.7.606 Access denied, banned sending IP [192.0.2.7]. To request removal from this list please visit https://sender.office.com/ (AS16012609)',
    '451 4.7.650 The mail server [192.0.2.7] has been temporarily rate limited due to IP reputation.',
    '550-rejected because 192.0.2.7 is in a black list at zen.spamhaus.org\n550 see there',
    '553 5.3.0 <a@b.example>... Spam blocked see: http://spamcop.net/bl.shtml?192.0.2.7',
    '554 5.7.1 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.7',
    '554 Service unavailable; Client host [mx.example] blocked using Barracuda Reputation; http://www.barracudanetworks.com/reputation/?r=1&ip=192.0.2.7',
    '550 5.1.1 rejected: 192.0.2.7 is listed in dnsbl.example',
    '550 "JunkMail rejected - mx.example [192.0.2.7] is in an RBL, see Client host blocked"',
    '550 5.7.1 <a@b.example>: Recipient address rejected: Mail appeared to be SPAM or forged. Ask your Mail/DNS-Administrator to get removed from DNSBLs; please relay via your ISP',
  ],
  'client access': [
    '421 4.7.1 [TS03] All messages from 192.0.2.7 will be permanently deferred',
    '554 5.7.1 rejected: You are not allowed to connect.',
    '554 5.7.1 <unknown[192.0.2.7]>: Client host rejected: Access denied',
    '550 5.7.1 Your host is not allowed to connect here',
    '550 Your server is not welcome',
    '550 5.7.1 [192.0.2.7] Our system has detected that this message is likely unsolicited mail.',
    '550 5.7.708 Access denied, traffic not accepted from this IP',
    '554 IP=192.0.2.7 - A problem occurred. (Ask your postmaster for help)',
  ],
  'client rate': [
    '451 4.7.500 Server busy. Please try again later from [192.0.2.7]. (AS77712344)',
    '421 4.7.0 mx Error: too many connections from 192.0.2.7',
    '450 4.7.1 Error: too much mail from 192.0.2.7',
    '421 4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address',
  ],
  sender: [
    '554 5.7.1 <>: Sender address rejected: Access denied',
    '553 sorry, your envelope sender is in my badmailfrom list',
    '554 5.1.0 Sender denied',
    '550 5.1.7 Sender address syntax',
  ],
  'sender domain': [
    "550-5.7.26 Unauthenticated email from prober.example is not accepted due to\n550 5.7.26 domain's DMARC policy.",
    '550 5.7.515 Access denied, sending domain prober.example does not meet the required authentication level.',
    '450 4.1.8 <t@prober.example>: Sender address rejected: Domain not found',
    '553 5.1.8 <t@prober.example>... Domain of sender address t@prober.example does not exist',
    '550 5.7.23 <a@b.example>: Recipient address rejected: Message rejected due to: SPF fail - not authorized.',
    '550 5.7.1 <a@b.example>: Recipient address rejected: Please see http://www.openspf.org/Why?s=mfrom',
  ],
  login: [
    '530 5.7.0 Authentication required',
    '530 5.7.1 Client was not authenticated',
    '530 5.7.57 Client not authenticated to send mail.',
    '550 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM',
    '530 SMTP authentication is required.',
  ],
  encryption: [
    '530 5.7.0 Must issue a STARTTLS command first',
    '451 5.7.3 STARTTLS is required to send mail',
    '550 5.7.10 Encryption needed',
    '450 4.7.1 <a@b.example>: Recipient address rejected: Session encryption is required',
  ],
  unsaid: [
    '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed',
    '550 permanent failure for one or more recipients (a@b.example:blocked)',
    '550 no',
    '554 5.7.1 <a@b.example>: Recipient address rejected: Access denied',
    '550 5.7.1 Denied by policy',
  ],
};

const ELSEWHERE: readonly (readonly [Stage, string, string])[] = [
  ['greeting', '554 5.7.1 no', 'unsaid'],
  ['greeting', '554 Ihre IP-Adresse ist gesperrt', 'client access'],
  ['greeting', '554 5.7.1 Conexión rechazada: su dirección IP está en una lista negra', 'client access'],
  ['greeting', '421 Connexion refusée [192.0.2.7]', 'client access'],
  ['greeting', '550 5.7.1 Only whitelisted hosts may connect', 'client access'],
  ['greeting', '554 Dienst nicht verfügbar', 'unsaid'],
  [
    'rcpt',
    '550-Verification failed for <>\n550-The mail server could not deliver mail to x. The account or domain may not exist, they may be blacklisted, or missing the proper dns entries.\n550 Sender verify failed',
    'sender',
  ],
  ['greeting', '521 5.3.2 mx.example.com blocked', 'unsaid'],
  ['greeting', '554 No SMTP service here', 'unsaid'],
  ['greeting', '554 SMTP synchronization error', 'out-of-turn'],
  ['greeting', '521 5.5.1 Protocol error', 'out-of-turn'],
  ['greeting', '554 5.7.1 <unknown[192.0.2.7]>: Client host rejected: Access denied', 'client access'],
  [
    'greeting',
    '554-gmx.net (mxgmx) Nemesis ESMTP Service not available\n554-No SMTP service\n554 Bad DNS PTR resource record.',
    'client reverse-name',
  ],
  ['greeting', '550 5.7.1 Access denied', 'client access'],
  [
    'greeting',
    '521 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.spamhaus.org',
    'client block-list',
  ],
  ['greeting', '421 4.3.2 Too many connections', 'system'],
  ['greeting', '421 4.7.0 Too many connections, try later', 'system'],
  ['greeting', '421 4.7.0 mx Error: too many connections from 192.0.2.7', 'client rate'],
  ['greeting', '421 4.3.2 The maximum number of concurrent connections has exceeded a limit', 'system'],
  [
    'greeting',
    '421 too many concurrent SMTP connections from this IP address; please try again later.',
    'client rate',
  ],
  ['ehlo', '501 Syntactically invalid EHLO argument(s)', 'client helo-name'],
  ['ehlo', '550 5.7.1 bad host name', 'client helo-name'],
  ['ehlo', '550 You are blacklisted', 'client block-list'],
  ['ehlo', '502 5.5.2 Error: command not recognized', 'unsaid'],
  ['ehlo', '500 EHLO not understood', 'unsaid'],
  ['ehlo', '421 4.4.2 busy', 'system'],
  ['mail', '550 5.7.1 listed', 'unsaid'],
  [
    'mail',
    '550 5.7.1 Service unavailable; client host [192.0.2.7] blocked using bl.example',
    'client block-list',
  ],
  ['mail', '452 4.3.1 Insufficient system storage', 'system'],
  ['mail', '451 4.1.8 Domain of sender address t@prober.example does not resolve', 'sender domain'],
  ['mail', '530 5.7.0 Must issue a STARTTLS command first', 'encryption'],
  ['mail', '554 5.7.1 <>: Sender address rejected: Access denied', 'sender'],
  ['mail', '503 5.5.1 Error: send HELO/EHLO first', 'unsaid'],
];

describe('what a refusal is about', () => {
  test.each(Object.entries(AT_RCPT).flatMap(([want, all]) => all.map((text) => ({ want, text }))))(
    'at RCPT, $want: $text',
    ({ want, text }) => expect(about(text, 'rcpt')).toBe(want),
  );
  test.each(ELSEWHERE)('at %s: %s', (stage, text, want) => expect(about(text, stage)).toBe(want));

  test('a reply as long as may be is read in no time', () => {
    const nasty = ['client ', 'from ', 'ip 1.2.3.4 ', 'mailbox ', 'a@', '<'];
    for (const piece of nasty) {
      const lines = Array.from({ length: 128 }, () => piece.repeat(512 / piece.length));
      const begin = process.cpuUsage().user;
      readRefusal({ code: 550, lines }, 'rcpt');
      // CPU of this process, not the clock on the wall: some hundred times what it takes.
      expect(process.cpuUsage().user - begin).toBeLessThan(1_000_000);
    }
  });
});
