/** Whatever a mail server answers to a recipient: in the redacted report, in all its forms, nothing of it is left. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLocalContext } from '../../lib/engine/context.ts';
import { type EndpointReport, Report } from '../../lib/engine/report-schema.ts';
import { runCheck } from '../../lib/engine/run/run.ts';
import { probes } from '../../lib/kinds/probes.ts';
import { RunSettings } from '../../lib/model/request.ts';
import { FORMAT_IDS, loadFormat } from '../../lib/report/formats.ts';
import { redact } from '../../lib/report/redact.ts';
import { reportTextOf } from '../../lib/report/signature/page.ts';
import { tailOf, writeWhole } from '../../lib/report/whole.ts';
import { endpoint } from '../engine/run/fakes.ts';
import { sampleFleetReport } from '../report/sample-fleet-report.ts';
import { type Step, serveSmtp } from '../servers/smtp-script.ts';

/** Their words are in no report by themselves. */
const REQUESTER = 'requester-qx7@customer.example';
const OTHER = 'other-target-qx7';
const PERSON = 'Zarathustra Quixote';

const session = (answer: readonly Step[]): Step[] => [
  { say: '220 mx.customer.example ESMTP' },
  { on: /^EHLO/, say: '250-mx.customer.example\r\n250 SIZE 1000000' },
  { on: /^MAIL FROM/, say: '250 2.1.0 Ok' },
  { on: /^RCPT TO/ },
  ...answer,
];

/** Runs the real probe, diagnosis and verdict against a server that answers RCPT so. */
async function checkMail(recipient: string, answer: readonly Step[]): Promise<Report> {
  const server = await serveSmtp(session(answer));
  const settings = RunSettings.parse({
    allowPrivate: true,
    confirm: 0,
    confirmPauseMs: 1,
    timeoutMs: 3_000,
    defaultControls: false,
  });
  const endpoints: EndpointReport[] = [];
  try {
    const tail = await runCheck({
      id: 'run-1',
      endpoints: [
        endpoint({
          kind: 'smtp',
          host: '127.0.0.1',
          port: server.port,
          target: 'mail',
          assertions: { recipient },
        }),
        endpoint({ kind: 'tcp', host: '127.0.0.7', port: 9, target: OTHER, reason: `reason of ${OTHER}` }),
      ],
      settings,
      context: createLocalContext(settings, new AbortController().signal),
      probes,
      vantage: { id: 'local', kind: 'local' },
      events: { endpoint: (report) => void endpoints.push(report) },
    });
    const { counts: _, ...rest } = tail;
    return Report.parse({
      ...rest,
      requestedBy: REQUESTER,
      authorisation: { kind: 'vouched', by: REQUESTER, reason: `because ${REQUESTER} says so` },
      endpoints,
    });
  } finally {
    await server.close();
  }
}

/** All that can be read of a report, in lower case: each format, and the data inside the page. */
async function everythingOf(report: Report): Promise<string> {
  const texts = await Promise.all(
    FORMAT_IDS.map(async (id) => {
      const text = await writeWhole(await loadFormat(id), tailOf(report), report.endpoints);
      return id === 'html' ? `${text.replace(/[A-Za-z0-9+/=]{200,}/g, '')}${reportTextOf(text)}` : text;
    }),
  );
  return texts
    .join('\n')
    .replace(/=\r?\n/g, '')
    .toLowerCase();
}

const letters = fc.constantFrom(...'bcdfghjklmnpqrstvwxz0123456789');
/** No word of any sentence: consonants and digits, as `bqz7kd`, with what local parts may hold besides. */
const local = fc
  .tuple(
    fc.array(letters, { minLength: 6, maxLength: 40 }).map((all) => all.join('')),
    fc.constantFrom('', '.', '+', '-', '_', "'"),
    fc.array(letters, { minLength: 1, maxLength: 12 }).map((all) => all.join('')),
  )
  .map(([first, joint, last]) => `${first}${joint}${last}`);
const domain = fc.constantFrom(
  'customer.example',
  'replies.customer.example',
  `${'long.'.repeat(20)}example`,
);

/** What servers say, with the address, a part of it, or the person's name. */
const ANSWERS: readonly ((address: string, user: string) => readonly Step[])[] = [
  (address) => [{ say: `250 2.1.5 <${address}>... Recipient ok` }],
  (address) => [{ say: `250 2.1.5 ${address.toUpperCase()}` }],
  (address) => [{ say: `550 5.1.1 <${address}>: Recipient address rejected: User unknown` }],
  (_, user) => [{ say: `550 5.1.1 No such user ${user} here` }],
  (_, user) => [{ say: `550 5.2.1 ${PERSON} (${user.toUpperCase()}) does not work here any more` }],
  () => [{ say: `550 ${PERSON}` }],
  (address) => [{ say: `550-5.7.1 ${PERSON}\r\n550-5.7.1 <${address}> has left\r\n550 5.7.1 See ${PERSON}` }],
  (address) => [{ say: `450 4.2.0 <${address}>: Recipient address rejected: Greylisted` }],
  (address) => [{ say: `550 5.1.1 ${'x'.repeat(150)} <${address}> ${PERSON} ${'y'.repeat(200)}` }],
  (address) => [{ say: `451 4.7.1 ${PERSON}, please try again later <${address.slice(0, 12)}...>` }],
  (address) => [{ say: `<${address}> is not what SMTP looks like` }, { end: 'fin' }],
  (_, user) => [{ say: `250-${user}` }, { end: 'fin' }],
  () => [{ end: 'reset' }],
  (address) => [{ say: `221 2.0.0 Bye ${address}` }, { end: 'fin' }],
];

describe('a redacted report', () => {
  it('holds nothing of the recipient, the requester and other targets, whatever the server said', async () => {
    await fc.assert(
      fc.asyncProperty(local, domain, fc.constantFrom(...ANSWERS.keys()), async (user, host, which) => {
        const address = `${user}@${host}`;
        const report = await checkMail(address, ANSWERS[which]?.(address, user) ?? []);
        const secrets = [address, user, PERSON, PERSON.split(' ')[1] ?? '', REQUESTER, OTHER, '127.0.0.7'];
        const before = await everythingOf(report);
        // The test is of something: all of that, but what this server did not say, was there.
        for (const secret of [address, REQUESTER, OTHER]) expect(before).toContain(secret.toLowerCase());
        const clean = redact(report, { target: 'mail' });
        expect(Report.parse(clean)).toEqual(clean);
        const after = await everythingOf(clean);
        for (const secret of secrets) expect(after).not.toContain(secret.toLowerCase());
        // No more than the end of a word of the address, where the server had cut it off itself.
        expect(after).not.toContain(address.slice(0, 12).toLowerCase());
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the verdict, the codes and all of the evidence that names nobody', async () => {
    const address = 'bqz7kd@customer.example';
    const report = await checkMail(address, [{ say: `550 5.1.1 <${address}> unknown` }]);
    const clean = redact(report, { target: 'mail' });
    const [mail] = clean.endpoints;
    expect(clean.endpoints).toHaveLength(1);
    expect(clean).toMatchObject({ redacted: true, verdict: 'fail' });
    expect(clean.summary).toMatch(/^[^ ]+: .+\. 1 endpoint checked.*: 1 failed\.$/);
    expect(mail).toMatchObject({ verdict: 'fail', cause: 'smtp.recipient-refused' });
    expect(mail?.summary).toContain('refuses the recipient [redacted] with "550 [redacted]"');
    expect(mail?.message).toMatchObject({
      key: 'smtp.noMailbox',
      params: { recipient: '[redacted]', reply: '550 [redacted]' },
    });
    expect(mail?.observations[0]?.message).toEqual(mail?.message);
    const evidence = mail?.observations[0]?.evidence;
    expect(evidence).toMatchObject({
      smtp: {
        banner: { code: 220, lines: ['mx.customer.example ESMTP'] },
        recipient: { address: '[redacted]', reply: { code: 550, lines: ['[redacted]'] } },
      },
    });
    const { exchange } = (evidence ?? {}) as { readonly exchange?: readonly { readonly text: string }[] };
    const lines = exchange?.map(({ text }) => text) ?? [];
    expect(lines).toContain('RCPT TO:<[redacted]>');
    expect(lines).toContain('550 [redacted]');
    expect(lines).toContain('250 2.1.0 Ok');
    expect(lines.at(-1)).toMatch(/^221|closed|QUIT/);
  });

  it('takes an address out of ids, notices and texts that a person wrote, however it is written', () => {
    const [first, ...others] = sampleFleetReport.endpoints;
    if (first === undefined) throw new Error('no endpoint');
    const named: Report = {
      ...sampleFleetReport,
      notice: 'Run for Bob.Q+x@Customer.Example',
      endpoints: [
        {
          ...first,
          id: 'https://www.example.com:443/?to=bob.q%2Bx%40customer.example',
          reason: 'mail of bob.q+x@customer.example',
          observations: first.observations.map((one) => ({
            ...one,
            evidence: {
              ...one.evidence,
              exchange: [{ at: one.startedAt, dir: 'sent', text: 'RCPT TO:<bob.q+x@customer.example>' }],
            },
          })),
        },
        ...others,
      ],
    };
    expect(JSON.stringify(redact(named))).not.toMatch(/bob/i);
  });

  it('keeps a proof of ownership, which names nobody', () => {
    const proven = { kind: 'proven', method: 'dns-txt', at: '2026-02-01T00:00:00.000Z' } as const;
    expect(redact({ ...sampleFleetReport, authorisation: proven }).authorisation).toEqual(proven);
  });

  it('is otherwise the report', () => {
    const { redacted, ...rest } = redact(sampleFleetReport);
    expect(redacted).toBe(true);
    // A vantage's own address behind address translation says nothing to a reader of the report.
    const own = sampleFleetReport.endpoints.flatMap(({ observations }) =>
      observations.flatMap(({ localAddress = '' }) =>
        /^(10|169\.254)\./.test(localAddress) ? [localAddress] : [],
      ),
    );
    const masked = [...new Set(own)].reduce(
      (text, address) => text.replaceAll(address, 'private address'),
      JSON.stringify(sampleFleetReport),
    );
    expect(masked).toContain('"localAddress":"private address"');
    expect(rest).toEqual(JSON.parse(masked));
  });

  it('makes no word of a short local part unreadable', async () => {
    const report = await checkMail('it@customer.example', [{ say: '550 5.1.1 it left' }]);
    const [mail] = redact(report, { target: 'mail' }).endpoints;
    expect(mail?.observations[0]?.evidence).toMatchObject({ smtp: { banner: { lines: [/customer/] } } });
    expect(JSON.stringify(mail)).not.toMatch(/\bit@/);
  });
});
