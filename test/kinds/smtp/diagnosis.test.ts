import { describe, expect, test } from 'vitest';
import { smtp } from '../../../lib/kinds/smtp/descriptor.ts';
import type { Assertions } from '../../../lib/model/endpoint.ts';
import type { Step } from '../../servers/smtp-script.ts';
import { closedPort } from '../../servers/tcp-peers.ts';
import {
  CLEAN_VANTAGE,
  causesOf,
  faultsOf,
  loopbackContext,
  probeAndDiagnose,
  scenario,
  smtpSpec,
} from './scenario.ts';

const EHLO: Step = {
  on: /^EHLO prober\.example\.net$/,
  say: '250-mx.example.com\r\n250-SIZE 10240000\r\n250 8BITMIME',
};
const HEALTHY: readonly Step[] = [{ say: '220 mx.example.com ESMTP' }, EHLO];
const MAIL: Step = { on: /^MAIL FROM:<>$/, say: '250 2.1.0 Ok' };
const RECIPIENT = 'reply@example.com';
const ASK: Assertions = { recipient: RECIPIENT };
const RELAY: Assertions = { relayTest: true };

/** What the server does, what is asked, and then: state, faults (cause, severity, side), a piece of the summary. */
const cases: readonly {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly assertions?: Assertions;
  readonly timeoutMs?: number;
  readonly state: string;
  readonly faults: readonly string[];
  readonly says?: RegExp;
}[] = [
  {
    name: 'a healthy server without STARTTLS is open, with a warning',
    steps: HEALTHY,
    state: 'open',
    faults: ['smtp.starttls-missing warn service'],
    says: /starttls-not-supported/,
  },
  {
    name: 'a missing STARTTLS fails where it is required',
    steps: HEALTHY,
    assertions: { starttls: true },
    state: 'open',
    faults: ['smtp.starttls-missing fail service'],
    says: /which is required/,
  },
  {
    name: 'SSH on the port is named',
    steps: [{ say: 'SSH-2.0-OpenSSH_9.6' }],
    state: 'broken',
    faults: ['smtp.not-smtp fail service'],
    says: /answers with SSH: "SSH-2\.0-OpenSSH_9\.6/,
  },
  {
    name: 'an HTTP server that gives up waiting is named',
    steps: [{ after: 50, say: 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n', end: 'fin' }],
    state: 'broken',
    faults: ['smtp.not-smtp fail service'],
    says: /HTTP: "HTTP\/1\.1 408/,
  },
  {
    name: 'an FTP server, which greets with 220 too, is named by its answer to EHLO',
    steps: [
      { say: '220 (vsFTPd 3.0.5)' },
      { on: /^EHLO/, say: '530 Please login with USER and PASS.' },
      { on: /^HELO/, say: '530 Please login with USER and PASS.' },
    ],
    state: 'broken',
    faults: ['smtp.not-smtp fail service'],
    says: /FTP server/,
  },
  {
    name: 'an FTP server that knows no EHLO is named by its greeting',
    steps: [
      { say: '220 ProFTPD Server ready.' },
      { on: /^EHLO/, say: '500 EHLO not understood' },
      { on: /^HELO/, say: '500 HELO not understood' },
    ],
    state: 'broken',
    faults: ['smtp.not-smtp fail service'],
    says: /FTP server/,
  },
  {
    name: 'IMAP is named',
    steps: [{ say: '* OK [CAPABILITY IMAP4rev1] ready' }],
    state: 'broken',
    faults: ['smtp.not-smtp fail service'],
    says: /IMAP: /,
  },
  {
    name: 'NNTP, whose 200 has the form of a reply, is named',
    steps: [{ say: '200 news.example.com ready' }],
    state: 'broken',
    faults: ['smtp.not-smtp fail service'],
    says: /NNTP/,
  },
  {
    name: 'binary without a line end is not SMTP',
    steps: [{ say: Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]) }],
    state: 'broken',
    faults: ['smtp.not-smtp fail service'],
    says: /TLS \(use smtps/,
  },
  {
    name: 'a garbled answer to EHLO is not SMTP',
    steps: [{ say: '220 mx' }, { on: /^EHLO/, say: 'what?' }],
    state: 'broken',
    faults: ['smtp.not-smtp fail service'],
    says: /answer to EHLO is no SMTP reply: "what\?/,
  },
  {
    name: 'an answer to EHLO that says neither yes nor no is not SMTP',
    steps: [{ say: '220 mx' }, { on: /^EHLO/, say: '220 mx' }],
    state: 'open',
    faults: ['smtp.not-smtp fail service'],
    says: /answers EHLO with "220 mx" where SMTP says 250/,
  },
  {
    name: 'silence is no banner, and says that a bare handshake proves nothing',
    steps: [],
    timeoutMs: 300,
    state: 'broken',
    faults: ['smtp.no-banner fail service', 'tcp.accepts-then-silent warn network'],
    says: /no greeting in \d/,
  },
  {
    name: 'a connection closed without a byte is no banner',
    steps: [{ end: 'fin' }],
    state: 'broken',
    faults: ['smtp.no-banner fail service'],
    says: /closed it at once/,
  },
  {
    name: 'a teaser whose last line never comes is no banner',
    steps: [{ say: '220-mx.example.com wait' }, { after: 5_000 }],
    timeoutMs: 300,
    state: 'broken',
    faults: ['smtp.no-banner fail service'],
    says: /began a greeting \("220-mx\.example\.com wait/,
  },
  {
    name: 'a greeting of asterisks names the SMTP inspection of a firewall',
    steps: [{ say: '220 **************************' }, EHLO],
    state: 'open',
    faults: ['smtp.banner-masked warn network', 'smtp.starttls-missing warn service'],
    says: /inspect esmtp/,
  },
  {
    name: 'a mask through which 2 and 0 survive is one',
    steps: [{ say: '220 ****************2**0*********2002*****0*00' }, EHLO],
    state: 'open',
    faults: ['smtp.banner-masked warn network', 'smtp.starttls-missing warn service'],
  },
  {
    name: 'a greeting that only decorates with asterisks is none',
    steps: [{ say: '220 *** mx.example.com ***' }, EHLO],
    state: 'open',
    faults: ['smtp.starttls-missing warn service'],
  },
  {
    name: 'a masked greeting without its code fails',
    steps: [{ say: '*******************' }],
    state: 'broken',
    faults: ['smtp.banner-masked fail network'],
  },
  ...[554, 521, 550].map((code) => ({
    name: `a greeting ${code} is a refusal of this client, not a closed port`,
    steps: [{ say: `${code} 5.7.1 no` }],
    state: 'open',
    faults: ['smtp.rejected-on-connect fail service'],
    says: new RegExp(`"${code} 5\\.7\\.1 no"`),
  })),
  {
    name: 'a teaser followed by a refusal (postscreen) is a refusal',
    steps: [{ say: '220-mx.example.com' }, { after: 50, say: '521 5.3.2 mx.example.com blocked' }],
    state: 'open',
    faults: ['smtp.rejected-on-connect fail service'],
  },
  {
    // This client sends nothing before the greeting, so what the server has seen came from a device between.
    name: 'a complaint about a client that spoke too early is a PROXY header too many',
    steps: [{ say: '554 5.5.0 Error: SMTP protocol synchronization' }],
    state: 'open',
    faults: ['tcp.proxy-header-unexpected fail host'],
    says: /spoke too early/,
  },
  {
    name: 'a greeting that names a block list refuses this prober, and decides nothing',
    steps: [{ say: '554 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.spamhaus.org' }],
    state: 'inconclusive',
    faults: ['smtp.rejected-on-connect fail prober'],
    says: /refuses this prober.*taken off the list/,
  },
  {
    name: 'a 421 for too many connections of this client refuses this prober',
    steps: [{ say: '421 4.7.0 mx Error: too many connections from 192.0.2.7' }],
    state: 'inconclusive',
    faults: ['smtp.client-refused fail prober'],
    says: /Check less often/,
  },
  ...[421, 450, 451].map((code) => ({
    name: `a greeting ${code} is temporary`,
    steps: [{ say: `${code} 4.3.2 Too many connections` }],
    state: 'open',
    faults: ['smtp.temporarily-unavailable fail service'],
  })),
  {
    name: 'a refused EHLO fails when HELO is refused too',
    steps: [{ say: '220 mx' }, { on: /^EHLO/, say: '550 5.7.1 no' }, { on: /^HELO/, say: '550 5.7.1 no' }],
    state: 'open',
    faults: ['smtp.ehlo-refused fail service'],
    says: /and HELO with "550/,
  },
  {
    name: 'an EHLO refused for the name in it refuses this prober',
    steps: [
      { say: '220 mx' },
      { on: /^EHLO/, say: '550 5.7.1 bad host name' },
      { on: /^HELO/, say: '550 5.7.1 bad host name' },
    ],
    state: 'inconclusive',
    faults: ['smtp.client-refused fail prober'],
    says: /--ehlo-name/,
  },
  {
    name: 'an EHLO that begins with 250 and ends with a 5xx line is refused, by its last line',
    steps: [
      { say: '220 mx' },
      { on: /^EHLO/, say: '250-mx\r\n250-PIPELINING\r\n550 5.7.1 no' },
      { on: /^HELO/, say: '250 mx' },
    ],
    state: 'open',
    faults: ['smtp.ehlo-refused warn service'],
    says: /refuses EHLO with "550 5\.7\.1 no"/,
  },
  {
    name: 'a refused EHLO warns when HELO works',
    steps: [{ say: '220 mx' }, { on: /^EHLO/, say: '502 unknown' }, { on: /^HELO prober/, say: '250 mx' }],
    state: 'open',
    faults: ['smtp.ehlo-refused warn service'],
    says: /HELO works/,
  },
  {
    name: 'a refused EHLO fails where STARTTLS is required, though HELO works',
    steps: [{ say: '220 mx' }, { on: /^EHLO/, say: '502 unknown' }, { on: /^HELO prober/, say: '250 mx' }],
    assertions: { starttls: true },
    state: 'open',
    faults: ['smtp.ehlo-refused fail service'],
  },
  {
    name: 'EHLO answered by 421 is temporary',
    steps: [{ say: '220 mx' }, { on: /^EHLO/, say: '421 4.4.2 busy', end: 'fin' }],
    state: 'open',
    faults: ['smtp.temporarily-unavailable fail service'],
    says: /answered EHLO with "421/,
  },
  {
    name: 'a session dropped at EHLO names the phase',
    steps: [{ say: '220 mx' }, { on: /^EHLO/, end: 'fin' }],
    state: 'open',
    faults: ['smtp.temporarily-unavailable fail service'],
    says: /closed the connection in answer to EHLO/,
  },
  {
    name: 'a session that hangs at MAIL names the phase, and only warns when no recipient is asked about',
    steps: [...HEALTHY, { on: /^MAIL/, after: 5_000 }],
    timeoutMs: 400,
    state: 'open',
    faults: ['smtp.starttls-missing warn service', 'smtp.reply-pending warn prober'],
    says: /had not answered MAIL FROM.*neither a yes nor a no/,
  },
  ...(['MAIL', 'RCPT'] as const).map((word) => ({
    name: `an answer to ${word} that may still come leaves open whether the recipient is taken`,
    steps: [
      ...HEALTHY,
      ...(word === 'RCPT' ? [{ on: /^MAIL/, say: '250 ok' }] : []),
      { on: new RegExp(`^${word}`), after: 5_000 },
    ],
    assertions: { recipient: 'box@example.test' },
    timeoutMs: 400,
    state: 'inconclusive' as const,
    faults: ['smtp.reply-pending fail prober', 'smtp.starttls-missing warn service'],
    says: new RegExp(`had not answered ${word}.*neither a yes nor a no`),
  })),
  {
    name: 'a session reset at RCPT fails when the recipient matters',
    steps: [...HEALTHY, MAIL, { on: /^RCPT/, end: 'reset' }],
    assertions: ASK,
    state: 'open',
    faults: ['smtp.temporarily-unavailable fail service', 'smtp.starttls-missing warn service'],
    says: /reset the connection \(RST\) in answer to RCPT TO:<reply@example\.com>/,
  },
  {
    name: 'STARTTLS masked with X by a firewall is stripped',
    steps: [{ say: '220 mx' }, { on: /^EHLO/, say: '250-mx\r\n250-SIZE 1\r\n250 XXXXXXXA' }],
    state: 'open',
    faults: ['smtp.starttls-stripped warn network'],
    says: /"SIZE 1, XXXXXXXA"/,
  },
  {
    name: 'a stripped STARTTLS fails where it is required',
    steps: [{ say: '220 mx' }, { on: /^EHLO/, say: '250-mx\r\n250-XXXXXXXX\r\n250 SIZE' }],
    assertions: { starttls: true },
    state: 'open',
    faults: ['smtp.starttls-stripped fail network'],
  },
  {
    name: 'keywords that begin with X in earnest are no mask',
    steps: [{ say: '220 mx' }, { on: /^EHLO/, say: '250-mx\r\n250-XCLIENT NAME\r\n250 XEXCH50' }],
    state: 'open',
    faults: ['smtp.starttls-missing warn service'],
  },
  {
    name: 'STARTTLS answered by 454 failed, and the session goes on in clear',
    steps: [
      { say: '220 mx' },
      { on: /^EHLO/, say: '250-mx\r\n250 STARTTLS' },
      { on: /^STARTTLS$/, say: '454 4.7.0 TLS not available' },
      MAIL,
      { on: /^RCPT TO:<reply@example\.com>$/, say: '550 5.1.1 unknown' },
    ],
    assertions: ASK,
    state: 'open',
    faults: ['smtp.recipient-refused fail service', 'smtp.starttls-failed warn service'],
    says: /550 5\.1\.1 unknown/,
  },
  {
    name: 'STARTTLS answered by a 502 without any mark of a device may be the server itself',
    steps: [
      { say: '220 mx' },
      { on: /^EHLO/, say: '250-mx\r\n250 STARTTLS' },
      { on: /^STARTTLS$/, say: '502 5.5.1 Command not implemented' },
    ],
    state: 'open',
    faults: ['smtp.starttls-failed warn service'],
    says: /the server itself may say so/,
  },
  {
    name: 'STARTTLS answered by 502 behind a masked greeting is a device on the way',
    steps: [
      { say: '220 ********2***' },
      { on: /^EHLO/, say: '250-mx\r\n250 STARTTLS' },
      { on: /^STARTTLS$/, say: '502 5.5.1 Command not implemented' },
    ],
    state: 'open',
    faults: ['smtp.banner-masked warn network', 'smtp.starttls-failed warn network'],
    says: /a firewall with SMTP inspection changes the command/,
  },
  {
    name: 'a mask over a greeting of two lines is one',
    steps: [{ say: '220-**************\r\n220 **********2****' }, EHLO],
    state: 'open',
    faults: ['smtp.banner-masked warn network', 'smtp.starttls-missing warn service'],
  },
  {
    name: 'a mask that also hides the code of the second line is one',
    steps: [{ say: '220-**************\r\n**************2****' }],
    state: 'broken',
    faults: ['smtp.banner-masked fail network'],
  },
  {
    name: 'a session cut behind a masked greeting is cut by the device that masks',
    steps: [{ say: '220 ********2***' }, { on: /^EHLO/, end: 'reset' }],
    state: 'open',
    faults: ['smtp.banner-masked fail network', 'smtp.banner-masked warn network'],
    says: /masks the greeting .*reset the connection/,
  },
  {
    name: 'STARTTLS answered by 500 with the command in X points to an inspecting firewall, and fails where it is required',
    steps: [
      { say: '220 mx' },
      { on: /^EHLO/, say: '250-mx\r\n250 STARTTLS' },
      { on: /^STARTTLS$/, say: '500 5.5.1 Command unrecognized: "XXXXXXXX"' },
    ],
    assertions: { starttls: true },
    state: 'open',
    faults: ['smtp.starttls-failed fail network'],
    says: /SMTP inspection/,
  },
  {
    name: 'a connection closed at STARTTLS failed there',
    steps: [
      { say: '220 mx' },
      { on: /^EHLO/, say: '250-mx\r\n250 STARTTLS' },
      { on: /^STARTTLS$/, end: 'fin' },
    ],
    state: 'open',
    faults: ['smtp.starttls-failed fail service'],
    says: /closed the connection when it was asked for/,
  },
  {
    name: 'an accepted recipient passes',
    steps: [...HEALTHY, MAIL, { on: /^RCPT TO:<reply@example\.com>$/, say: '250 2.1.5 Ok' }],
    assertions: ASK,
    state: 'open',
    faults: ['smtp.starttls-missing warn service'],
  },
  {
    name: 'a refused recipient fails',
    steps: [...HEALTHY, MAIL, { on: /^RCPT/, say: '550 5.1.1 <reply@example.com>: User unknown' }],
    assertions: ASK,
    state: 'open',
    faults: ['smtp.recipient-refused fail service', 'smtp.starttls-missing warn service'],
    says: /User unknown/,
  },
  ...[421, 450, 451, 452].map((code) => ({
    name: `a recipient postponed with ${code} is greylisted, a warning`,
    steps: [...HEALTHY, MAIL, { on: /^RCPT/, say: `${code} 4.7.1 Greylisted, try again in 5 minutes` }],
    assertions: ASK,
    state: 'open',
    faults: ['smtp.recipient-greylisted warn service', 'smtp.starttls-missing warn service'].sort((a, b) =>
      a < b ? 1 : -1,
    ),
  })),
  {
    name: 'a domain that is not served is a refused recipient, with 454 as with 554',
    steps: [...HEALTHY, MAIL, { on: /^RCPT/, say: '454 4.7.1 <reply@example.com>: Relay access denied' }],
    assertions: ASK,
    state: 'open',
    faults: ['smtp.recipient-refused fail service', 'smtp.starttls-missing warn service'],
    says: /does not take mail for that domain/,
  },
  {
    name: 'a fault of the mail system at RCPT is no greylisting',
    steps: [...HEALTHY, MAIL, { on: /^RCPT/, say: '451 4.3.5 Server configuration problem' }],
    assertions: ASK,
    state: 'open',
    faults: ['smtp.temporarily-unavailable fail service', 'smtp.starttls-missing warn service'],
  },
  {
    name: 'an Exchange front end without its back end is told',
    steps: [
      ...HEALTHY,
      MAIL,
      { on: /^RCPT/, say: '451 4.7.0 Temporary server error. Please try again later. PRX5' },
    ],
    assertions: ASK,
    state: 'open',
    faults: ['smtp.temporarily-unavailable fail service', 'smtp.starttls-missing warn service'],
    says: /Exchange front end/,
  },
  ...[
    ['450 4.7.1 Client host rejected: no reverse name for 192.0.2.7', /PTR record/],
    ['554 5.7.1 Client 192.0.2.7 is listed at bl.example', /taken off the list/],
    ['504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname', /--ehlo-name/],
  ].map(([reply, says]) => ({
    name: `a client refused at RCPT is no refused recipient: ${String(reply)}`,
    steps: [...HEALTHY, MAIL, { on: /^RCPT/, say: String(reply) }],
    assertions: ASK,
    state: 'inconclusive',
    faults: ['smtp.client-refused fail prober', 'smtp.starttls-missing warn service'],
    says: says as RegExp,
  })),
  {
    name: 'a client that is refused does not hide what was proven before',
    steps: [...HEALTHY, MAIL, { on: /^RCPT/, say: '554 5.7.1 Client 192.0.2.7 is listed at bl.example' }],
    assertions: { ...ASK, starttls: true },
    state: 'open',
    faults: ['smtp.client-refused fail prober', 'smtp.starttls-missing fail service'],
  },
  {
    name: 'a receive connector without anonymous senders asks for a login',
    steps: [...HEALTHY, MAIL, { on: /^RCPT/, say: '530 5.7.1 Client was not authenticated' }],
    assertions: ASK,
    state: 'open',
    faults: ['smtp.login-required fail service', 'smtp.starttls-missing warn service'],
    says: /takes no mail without a login/,
  },
  {
    name: 'a foreign recipient refused for the client leaves relaying open',
    steps: [...HEALTHY, MAIL, { on: /^RCPT/, say: '554 5.7.1 Client 192.0.2.7 is listed at bl.example' }],
    assertions: RELAY,
    state: 'open',
    faults: ['smtp.client-refused warn prober', 'smtp.starttls-missing warn service'],
  },
  {
    name: 'a greylisted foreign recipient leaves relaying open',
    steps: [...HEALTHY, MAIL, { on: /^RCPT/, say: '450 4.2.0 Greylisted' }],
    assertions: RELAY,
    state: 'open',
    faults: ['smtp.recipient-greylisted warn service', 'smtp.starttls-missing warn service'],
    says: /whether it would relay is not known/,
  },
  {
    name: 'a refused sender fails when the recipient could not be asked about',
    steps: [...HEALTHY, { on: /^MAIL/, say: '550 5.7.1 listed' }],
    assertions: ASK,
    state: 'open',
    faults: ['smtp.sender-refused fail service', 'smtp.starttls-missing warn service'],
    says: /reply@example\.com could not be asked about/,
  },
  {
    name: 'a submission server that wants a login first is no fault',
    steps: [...HEALTHY, { on: /^MAIL/, say: '530 5.7.0 Authentication required' }],
    state: 'open',
    faults: ['smtp.starttls-missing warn service', 'smtp.login-required info service'],
  },
  {
    name: 'MAIL postponed is temporary',
    steps: [...HEALTHY, { on: /^MAIL/, say: '452 4.3.1 Insufficient system storage' }],
    state: 'open',
    faults: ['smtp.temporarily-unavailable warn service', 'smtp.starttls-missing warn service'],
    says: /452 4\.3\.1/,
  },
  ...['554 5.7.1 Relay access denied', '454 4.7.1 Relay access denied', '550 no'].map((reply) => ({
    name: `a foreign recipient refused with ${reply.slice(0, 3)} is relaying denied, and passes`,
    steps: [...HEALTHY, MAIL, { on: /^RCPT TO:<[a-z-]+@example\.com>$/, say: reply }],
    assertions: RELAY,
    state: 'open',
    faults: ['smtp.starttls-missing warn service'],
  })),
  {
    name: 'an accepted foreign recipient makes relaying suspected',
    steps: [...HEALTHY, MAIL, { on: /^RCPT TO:<[a-z-]+@example\.com>$/, say: '250 2.1.5 Ok' }],
    assertions: RELAY,
    state: 'open',
    faults: ['smtp.relay-suspected fail service', 'smtp.starttls-missing warn service'],
    says: /not proven/,
  },
];

describe('smtp by real exchanges', () => {
  test.each(cases)('$name', async ({ steps, assertions, timeoutMs, state, faults, says }) => {
    const { finding } = await scenario(steps, {
      spec: {
        ...(assertions === undefined ? {} : { assertions }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      },
    });
    expect([...faultsOf(finding)].sort()).toEqual([...faults].sort());
    expect(finding.faults[0]?.severity).toBe(worst(faults));
    expect(finding.state).toBe(state);
    if (says !== undefined) expect(finding.faults.map(({ summary }) => summary).join('\n')).toMatch(says);
  });

  test('a reset without a byte is a SYN proxy with nothing behind it, not a closed port', async () => {
    const { finding } = await scenario([{ after: 100, end: 'reset' }]);
    expect(faultsOf(finding)).toEqual(['tcp.accepts-then-resets fail network']);
    expect(finding.state).toBe('broken');
  });

  test('silence is not laid on the target by a vantage whose network answers for everyone', async () => {
    const negative = {
      address: '240.0.0.1',
      port: 25,
      clean: false,
      detail: 'connected',
      at: '2026-01-01T00:00:00Z',
    };
    const { finding } = await scenario([], {
      spec: { timeoutMs: 300 },
      vantage: { ...CLEAN_VANTAGE, negative },
    });
    expect(causesOf(finding)).toEqual(['prober.network-answers-for-all']);
    expect(finding.state).toBe('inconclusive');
  });

  test('a refused connect is closed', async () => {
    const spec = smtpSpec(await closedPort());
    const { finding, observation } = await probeAndDiagnose(spec);
    expect(observation.smtp).toBeUndefined();
    expect(causesOf(finding)).toEqual(['tcp.refused']);
    expect(finding.state).toBe('closed');
  });

  // postscreen's six seconds by a clock of whole seconds, seen late by a busy prober.
  test.each([6_000, 4_500, 45_000])('a greeting that comes after %i ms warns of the delay', async (delay) => {
    // Between teaser and greeting the time passes by the clock that the probe is given, none for the test.
    let ahead = 0;
    const clock = { now: () => Date.now(), monotonic: () => performance.now() + ahead };
    const { dial: plainDial } = loopbackContext({ clock });
    const dial: typeof plainDial = async (...to) => {
      const dialled = await plainDial(...to);
      setTimeout(() => {
        ahead = delay;
      }, 50);
      return dialled;
    };
    const { finding, observation } = await scenario(
      [{ say: '220-mx.example.com' }, { after: 300, say: '220 mx.example.com ESMTP' }, EHLO],
      { spec: { timeoutMs: smtp.timeoutMs }, context: { clock, dial } },
    );
    expect(observation.smtp?.bannerMs).toBeGreaterThanOrEqual(delay);
    expect(faultsOf(finding)).toContain('smtp.banner-delayed warn service');
    expect(finding.state).toBe('open');
  });

  test('a port that must be closed is proven open by EHLO, and nothing more is asked', async () => {
    const { finding, server } = await scenario(
      [{ say: '220 mx' }, { on: /^EHLO/, say: '250-mx\r\n250 STARTTLS' }],
      {
        spec: { expect: 'closed', assertions: { recipient: RECIPIENT } },
      },
    );
    expect(server.heard).toEqual(['EHLO prober.example.net', 'QUIT']);
    expect(finding).toMatchObject({ state: 'open', faults: [] });
  });

  test("the run's deadline makes a session inconclusive, and keeps what was seen", async () => {
    const deadline = AbortSignal.timeout(200);
    const { finding, observation } = await scenario([...HEALTHY, { on: /^MAIL/, after: 5_000 }], {
      context: { deadline },
    });
    expect(observation.smtp).toMatchObject({ end: 'deadline', lastPhase: 'mail', banner: { code: 220 } });
    expect(finding.state).toBe('inconclusive');
    expect(causesOf(finding)).toEqual(['prober.deadline', 'smtp.starttls-missing']);
  });

  test("the run's deadline before the greeting blames nothing on the target", async () => {
    const { finding } = await scenario([], { context: { deadline: AbortSignal.timeout(100) } });
    expect(causesOf(finding)).toEqual(['prober.deadline']);
    expect(finding.state).toBe('inconclusive');
  });

  test('port 465 asked in clear text gets a hint at smtps', async () => {
    const { finding } = await probeOn465();
    expect(finding.faults[0]?.summary).toMatch(/smtps:\/\//);
  });
});

const worst = (faults: readonly string[]): string | undefined =>
  ['fail', 'warn', 'info'].find((severity) => faults.some((each) => each.split(' ')[1] === severity));

/** A silent server on whatever port, dialled as if it were 465. */
async function probeOn465() {
  const { serveSmtp } = await import('../../servers/smtp-script.ts');
  const server = await serveSmtp([]);
  const context = loopbackContext();
  try {
    return await probeAndDiagnose(smtpSpec(465, { timeoutMs: 200 }), {
      ...context,
      dial: (address, _port, options) => context.dial(address, server.port, options),
    });
  } finally {
    await server.close();
  }
}
