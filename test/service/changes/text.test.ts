import { expect, it } from 'vitest';
import { MAX_EVENT_TEXT, MAX_TITLE } from '../../../lib/model/change-event.ts';
import { certificate, HOSTILE, tls } from '../../report/sample-evidence.ts';
import { exposed, live, report } from './runs.ts';

const lastOf = (...runs: Parameters<typeof live>[0]) => live(runs).at(-1)?.[0];

it('says what failed, since when, who has to act, what to do, and on what evidence', () => {
  const event = lastOf([report(), report({ port: 80 })], [report({ verdict: 'fail' }), report({ port: 80 })]);
  expect(event?.title).toBe('shop: tcp://www.example.com:443 fails (tcp.filtered)');
  expect(event?.text).toBe(
    [
      'www.example.com port 443 does not answer.',
      '',
      'Since: 2026-03-01 01:00:00 UTC; last seen good 2026-03-01 00:00:00 UTC',
      'Who has to act: network team (firewall, NAT or provider)',
      'To do first: Let TCP through.',
      'Evidence: eu-west-1 (198.51.100.7) → 192.0.2.10:443, attempt 2, 2026-03-01 09:30:05 UTC: No answer within 10 s.',
      'Run: run-1 (inbound-check run --follow run-1 shows its report)',
    ].join('\n'),
  );
});

it('says how long it was down', () => {
  const down = [report({ verdict: 'fail' })];
  const event = lastOf([report()], down, down, down, [report()]);
  expect(event?.title).toBe('shop: tcp://www.example.com:443 recovered after 3 h');
  expect(event?.text).toContain(
    'It had failed since 2026-03-01 01:00:00 UTC, for 3 h (tcp.filtered); last seen failing 2026-03-01 03:00:00 UTC',
  );
  expect(event?.text).not.toContain('Who has to act');
});

it('says what it was before when the cause is another one', () => {
  const event = lastOf(
    [report({ verdict: 'fail' }), report({ port: 80 })],
    [report({ verdict: 'fail', cause: 'tcp.refused' }), report({ port: 80 })],
  );
  expect(event).toMatchObject({
    severity: 'warning',
    title: 'shop: tcp://www.example.com:443 still fails, now otherwise (tcp.refused)',
    endpoints: [{ verdict: 'fail', before: 'fail', cause: 'tcp.refused' }],
  });
  expect(event?.text).toContain(
    'it fails since 2026-03-01 00:00:00 UTC; before it was tcp.filtered, now tcp.refused',
  );
});

it('calls what is reachable and must not be by its name', () => {
  expect(lastOf([report(exposed)])).toMatchObject({
    severity: 'critical',
    title: 'shop: ssh://www.example.com:22 (closed) is reachable from the internet and must not be',
  });
});

it('takes the time at which a state began from the history, which goes on in maintenance', () => {
  const since = '2026-02-28T22:00:00.000Z';
  const history = { since, atLeast: false, runs: [], changes: [] };
  const [, event] = live([[report()], [report({ verdict: 'fail', over: { history } })]]).flatMap((events) =>
    events.length > 0 ? events : [undefined],
  );
  expect(event?.text).toContain('Since: 2026-02-28 22:00:00 UTC');
});

it('lets no text of a peer or a user move a cursor, hide or break a line', () => {
  const hostile = {
    summary: HOSTILE,
    fix: `first ${HOSTILE}\nsecond\u202e`,
    id: `https://www.example.com:443/${HOSTILE}`,
  };
  const evidence = {
    tls: tls({
      chain: [certificate({ subject: HOSTILE, issuer: HOSTILE, notAfter: '2026-03-02T12:00:00.000Z' })],
    }),
  };
  const events = live([
    [
      report({ verdict: 'fail', over: hostile, evidence }),
      report({ port: 80, verdict: 'fail', over: { summary: HOSTILE } }),
    ],
  ]).flat();
  expect(events.map(({ kind }) => kind)).toEqual(['failing', 'certificate-expiring']);
  for (const { title, text } of events) {
    expect(title).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    // The line breaks are ours alone.
    expect(text.split('\n').length).toBeLessThan(12);
    expect(text.split('\n').at(-1)).toMatch(/^Run: run-0 /);
  }
});

it('stays within its bounds and keeps what happened, however long names and paths are', () => {
  const id = `https://www.example.com:443/${'p'.repeat(1_900)}`;
  const events = live([
    [report({ verdict: 'fail', over: { id, summary: 's'.repeat(5_000), fix: 'f\n'.repeat(4_000) } })],
  ]).flat();
  for (const { title, text } of events) {
    expect(title.length).toBeLessThanOrEqual(MAX_TITLE);
    expect(title).toMatch(/^shop: https:\/\/www\.example\.com:443\/p+….* fails \(tcp\.filtered\)$/);
    expect(text.length).toBeLessThanOrEqual(MAX_EVENT_TEXT);
    expect(text).toContain('To do first: f');
    expect(text).toMatch(/Run: run-0 [^\n]+$/);
  }
});
