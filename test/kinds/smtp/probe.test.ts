import { describe, expect, test } from 'vitest';
import { RELAY_RECIPIENT } from '../../../lib/kinds/smtp/measure/session.ts';
import { EXCHANGE_LIMITS } from '../../../lib/net/exchange.ts';
import { inFakeTime } from '../../servers/fake-time.ts';
import type { Step } from '../../servers/smtp-script.ts';
import { causesOf, loopbackContext, probeAndDiagnose, scenario, smtpSpec } from './scenario.ts';

const HEALTHY: readonly Step[] = [
  { say: '220 mx.example.com ESMTP' },
  { on: /^EHLO/, say: '250-mx.example.com\r\n250-SIZE 10240000\r\n250 8BITMIME' },
];
const BOTH = { recipient: 'reply@example.org', relayTest: true };

describe('the dialogue', () => {
  test('asks in the order of RFC 5321, one command at a time, and leaves politely', async () => {
    const { server, observation } = await scenario(HEALTHY, {
      spec: { assertions: BOTH },
      context: { mailFrom: 'probe@prober.example.net' },
    });
    expect(server.heard).toEqual([
      'EHLO prober.example.net',
      'MAIL FROM:<probe@prober.example.net>',
      'RCPT TO:<reply@example.org>',
      `RCPT TO:<${RELAY_RECIPIENT}>`,
      'RSET',
      'QUIT',
    ]);
    expect(observation.smtp).toMatchObject({
      end: 'complete',
      lastPhase: 'quit',
      extensions: ['SIZE 10240000', '8BITMIME'],
      starttlsOffered: false,
      recipient: { address: 'reply@example.org', reply: { code: 250 } },
      relay: { address: RELAY_RECIPIENT, reply: { code: 250 } },
    });
  });

  test('names no recipient unless one is given', async () => {
    const { server } = await scenario(HEALTHY);
    expect(server.heard).toEqual(['EHLO prober.example.net', 'MAIL FROM:<>', 'RSET', 'QUIT']);
  });

  test('waits for the last line of a greeting that begins with a teaser', async () => {
    // The server notes a fault when the client sends before its turn.
    const { server, observation } = await inFakeTime(() =>
      scenario([
        { say: '220-mx.example.com please wait' },
        { after: 300, say: '220 mx.example.com ESMTP' },
        ...HEALTHY.slice(1),
      ]),
    );
    expect(server.heard[0]).toBe('EHLO prober.example.net');
    expect(observation.smtp?.banner).toEqual({
      code: 220,
      lines: ['mx.example.com please wait', 'mx.example.com ESMTP'],
    });
    expect(observation.smtp?.bannerMs).toBeGreaterThanOrEqual(290);
    expect(observation.timings.firstByte).toBeLessThan(observation.smtp?.bannerMs ?? 0);
  });

  test.each([
    ['a refusal at the greeting', [{ say: '554 5.7.1 no' }], ['QUIT']],
    ['a refused MAIL', [...HEALTHY, { on: /^MAIL/, say: '550 no' }], ['EHLO', 'MAIL', 'QUIT']],
    [
      'a refused EHLO and HELO',
      [{ say: '220 mx' }, { on: /^EHLO/, say: '500 what' }, { on: /^HELO/, say: '500 what' }],
      ['EHLO', 'HELO', 'QUIT'],
    ],
    [
      'a 421 at RCPT',
      [...HEALTHY, { on: /^MAIL/, say: '250 ok' }, { on: /^RCPT/, say: '421 bye' }],
      ['EHLO', 'MAIL', 'RCPT', 'QUIT'],
    ],
  ] as [string, Step[], string[]][])('says QUIT after %s', async (_, steps, verbs) => {
    const { server } = await scenario(steps, { spec: { assertions: BOTH } });
    expect(server.heard.map((line) => line.split(/[ :]/)[0])).toEqual(verbs);
  });

  test('says nothing to a peer that speaks another protocol', async () => {
    const { server } = await scenario([{ say: 'SSH-2.0-x' }]);
    expect(server.heard).toEqual([]);
  });

  test('lets no setting smuggle in a command', async () => {
    const { server } = await scenario(HEALTHY, {
      context: { ehloName: 'a\r\nDATA\r\nb', mailFrom: 'x@y>\r\nDATA\r\n<' },
    });
    expect(server.heard).toEqual(['EHLO aDATAb', 'MAIL FROM:<x@yDATA>', 'RSET', 'QUIT']);
  });

  test('a server that does not answer QUIT has answered all the same', async () => {
    const { observation } = await scenario([
      ...HEALTHY,
      { on: /^MAIL/, say: '250 ok' },
      { on: /^RSET/, say: '250 ok' },
      { on: /^QUIT/, end: 'fin' },
    ]);
    expect(observation.smtp).toMatchObject({ end: 'complete', lastPhase: 'quit' });
  });
});

describe('the evidence', () => {
  test('says what was sent and received at which UTC time, in order', async () => {
    const { observation } = await scenario(HEALTHY);
    expect(observation.exchange.map(({ dir, text }) => `${dir} ${text}`)).toEqual([
      expect.stringMatching(/^event connected from 127\.0\.0\.1:\d+ to 127\.0\.0\.1:\d+ in /),
      'received 220 mx.example.com ESMTP',
      'sent EHLO prober.example.net',
      'received 250-mx.example.com',
      'received 250-SIZE 10240000',
      'received 250 8BITMIME',
      'sent MAIL FROM:<>',
      'received 250 2.0.0 Ok',
      'sent RSET',
      'received 250 2.0.0 Ok',
      'sent QUIT',
      'received 221 2.0.0 Bye',
    ]);
    const times = observation.exchange.map(({ at }) => at);
    expect(times).toEqual([...times].sort());
    for (const at of times) expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(observation.localAddress).toBe('127.0.0.1');
    expect(observation.timings).toMatchObject({ connect: expect.any(Number), firstByte: expect.any(Number) });
  });

  test('shows control characters of a hostile greeting as text', async () => {
    const { observation } = await scenario([{ say: '220 <script>\x1b[2J\x07\u202e' }, ...HEALTHY.slice(1)]);
    expect(observation.smtp?.banner?.lines).toEqual(['<script>\\x1b[2J\\x07\\u{202e}']);
    expect(JSON.stringify(observation)).not.toMatch(/\\u001b/);
  });

  test('keeps the length of a line that is longer than the standard allows', async () => {
    const { observation, finding } = await scenario([
      { say: `220 mx ${'x'.repeat(2_000)}` },
      ...HEALTHY.slice(1),
    ]);
    expect(observation.smtp?.longestLine).toBe(2_007);
    expect(finding.state).toBe('open');
  });
});

describe('hostile peers are bounded and named', () => {
  test.each<[string, Step, string, RegExp]>([
    ['a line of 64 KB', { say: `220 ${'x'.repeat(65_536)}` }, 'smtp.not-smtp', /over 4096 bytes/],
    ['a greeting without end', { say: '220-again', forever: true }, 'smtp.not-smtp', /over 128 lines/],
    ['a line without end', { say: Buffer.alloc(65_536, 'x'), forever: true }, 'smtp.not-smtp', /xxxx/],
    ['zeros without end', { say: Buffer.alloc(65_536), forever: true }, 'smtp.not-smtp', /\\x00/],
    ['a greeting byte by byte', { say: '220 mx.example.com', drip: 100 }, 'smtp.no-banner', /"220 mx/],
    ['garbage byte by byte', { say: 'garbage garbage', drip: 100 }, 'smtp.not-smtp', /"ga/],
  ])('%s', async (_, step, cause, says) => {
    const { observation, finding } = await inFakeTime(() => scenario([step], { spec: { timeoutMs: 1_200 } }));
    expect(finding.state).toBe('broken');
    expect(causesOf(finding)).toEqual([cause]);
    expect(finding.summary).toMatch(says);
    // The budget and a tenth.
    expect(observation.timings.total).toBeLessThan(1_320 + 20);
    const chars = observation.exchange.reduce((sum, { text }) => sum + text.length, 0);
    expect(chars).toBeLessThanOrEqual(EXCHANGE_LIMITS.totalChars + 200);
    expect(JSON.stringify(observation.smtp).length).toBeLessThan(3_000);
  });

  test('a greeting that repeats a line until the time is up is a tarpit', async () => {
    const lines: Step[] = Array.from({ length: 6 }, () => ({ say: '220-please wait' }));
    const { observation, finding } = await scenario([...lines, { on: /^never$/ }], {
      spec: { timeoutMs: 1_200 },
    });
    expect(observation.smtp?.end).toBe('timeout');
    expect(finding.state).toBe('open');
    expect(causesOf(finding)).toEqual(['smtp.tarpit']);
    expect(finding.summary).toContain('repeats the line "220-please wait"');
  });

  test('an answer to EHLO that never ends is named with its phase', async () => {
    const { observation, finding } = await scenario([
      { say: '220 mx' },
      { on: /^EHLO/, say: '250-X', forever: true },
    ]);
    expect(observation.smtp).toMatchObject({
      end: 'too-large',
      lastPhase: 'ehlo',
      tooLarge: { what: 'lines' },
    });
    expect(causesOf(finding)).toEqual(['smtp.not-smtp']);
    expect(finding.summary).toMatch(/answered EHLO without end/);
  });

  test('a flood between the replies does not fill the memory', async () => {
    const { observation } = await inFakeTime(() => scenario([{ say: '220 mx\r\n220 mx', forever: true }]));
    expect(observation.smtp?.banner?.code).toBe(220);
    expect(observation.timings.total).toBeLessThan(5_500);
  });

  test('a connection reset in the middle ends the probe at once and says where', async () => {
    const { observation, finding } = await scenario([{ say: '220 mx' }, { on: /^EHLO/, end: 'reset' }]);
    expect(observation.smtp).toMatchObject({ end: 'reset', lastPhase: 'ehlo' });
    expect(finding.summary).toMatch(/reset the connection \(RST\) in answer to EHLO/);
  });
});

test('a deadline that is over before the dial sends nothing', async () => {
  const { observation, finding } = await probeAndDiagnose(
    smtpSpec(9),
    loopbackContext({ deadline: AbortSignal.abort() }),
  );
  expect(observation.connect).toEqual({ status: 'deadline' });
  expect(causesOf(finding)).toEqual(['prober.deadline']);
});

test('a private address is refused without allow-private, and nothing is sent', async () => {
  const { createGuard } = await import('../../../lib/net/guard.ts');
  const { createDial } = await import('../../../lib/net/dial.ts');
  const guard = createGuard({ allowPrivate: false });
  const base = loopbackContext();
  const dial = createDial({ guard, clock: base.clock, deadline: base.deadline });
  const { finding } = await probeAndDiagnose(smtpSpec(25, { host: '127.0.0.1' }), { ...base, guard, dial });
  expect(causesOf(finding)).toEqual(['prober.address-refused']);
  expect(finding.state).toBe('inconclusive');
});
