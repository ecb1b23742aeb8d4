import { describe, expect, test } from 'vitest';
import type { EndpointReport } from '../../../lib/engine/report-schema.ts';
import { createHeadline } from '../../../lib/engine/verdict/headline.ts';
import { concludeRun } from '../../../lib/engine/verdict/run.ts';
import type { ListenerResult } from '../../../lib/kinds/listener/observation.ts';
import { englishOf } from '../../../lib/kinds/messages.ts';
import { CAUSE_CODES } from '../../../lib/model/cause-codes.ts';
import type { Message } from '../../../lib/model/message.ts';
import { countVerdicts } from '../../../lib/model/verdict-counts.ts';

type Told = Parameters<ReturnType<typeof createHeadline>['add']>[0];

const failed = (host: string, port: number, over: Partial<EndpointReport> = {}): Told => ({
  kind: 'https',
  host,
  port,
  verdict: 'fail',
  cause: 'tcp.filtered',
  ...over,
});
const passed = (host: string): Told => ({
  kind: 'https',
  host,
  port: 443,
  verdict: 'pass',
});

/** The headline, once its key and parameters are known to say the same. */
function headline(...reports: readonly Told[]): string {
  const counts = countVerdicts(reports);
  const run = concludeRun(counts, { vantages: 5, headline: createHeadline(reports) });
  expect(run.message && englishOf(run.message as Message)).toBe(run.summary);
  return run.summary;
}

describe('the headline', () => {
  test('says what is wrong, and where', () => {
    const ssh = failed('ir.example', 22, { kind: 'ssh', cause: 'exposure.open-but-must-be-closed' });
    expect(headline(failed('proxy.example', 443), ssh, passed('proxy.example'))).toBe(
      'ir.example: SSH is open; proxy.example: 443 is blocked by a firewall. 3 endpoints checked from 5 vantages: 2 failed, 1 passed.',
    );
  });

  test('is the same whatever finished first', () => {
    const all = [
      failed('b.example', 443),
      failed('a.example', 80),
      failed('a.example', 25, { cause: 'smtp.no-banner' }),
      failed('a.example', 443),
    ];
    expect(headline(...[...all].reverse())).toBe(headline(...all));
    expect(headline(...all)).toMatch(
      /^a\.example: 80, 443 are blocked by a firewall, no SMTP greeting on 25; b\.example: 443 is blocked by a firewall\. /,
    );
  });

  test('names the port where the fault was met, once, and no host that a server named', () => {
    const at = { kind: 'https' as const, host: 'a.example', port: 443, address: '192.0.2.1' };
    expect(headline(failed('a.example', 80, { at }), failed('a.example', 443))).toMatch(
      /^a\.example: 443 is blocked by a firewall\. 2 endpoints/,
    );
    const other = headline(failed('a.example', 80, { at: { ...at, host: 'evil.example' } }));
    expect(other).toMatch(/^a\.example: 443 behind a redirect is blocked by a firewall\. /);
    expect(other).not.toContain('evil');
  });

  test('says when only some vantages saw it, a number for an unusual port, and nothing of the name of a later cause', () => {
    const furtherMessages = [{ key: 'verdict.fromSome', params: {} }];
    expect(headline(failed('a.example', 443, { furtherMessages }))).toMatch(
      /^a\.example: 443 is blocked by a firewall from some vantages\. /,
    );
    const odd = failed('a.example', 2222, { kind: 'ssh', cause: 'exposure.open-but-must-be-closed' });
    expect(headline(odd)).toMatch(/^a\.example: 2222 is open\. /);
    expect(headline(failed('a.example', 1, { cause: 'quic9.new' }))).toMatch(/^a\.example: failure on 1\. /);
  });

  test('of a run without a failure says that first', () => {
    const warn = failed('a.example', 443, { verdict: 'warn', cause: 'tls.cert-expires-soon' });
    expect(headline(warn, passed('b.example'))).toMatch(
      /^All expectations are met, with warnings: a\.example: the certificate on 443 expires soon\. 2 endpoints checked/,
    );
    const open = failed('a.example', 25, { verdict: 'inconclusive', cause: 'prober.egress-blocked' });
    expect(headline(open, warn)).toMatch(
      /^No failure was proven, but not everything could be judged: a\.example: 25 is not judged: our own network blocks it\. /,
    );
    expect(headline(passed('a.example'))).toBe(
      'All expectations are met: 1 endpoint checked from 5 vantages: 1 passed.',
    );
  });

  test('is bounded, and counts what it leaves out', () => {
    const many = Array.from({ length: 2_000 }, (_, index) =>
      failed(`${'x'.repeat(250)}${index % 40}.example`, index, { cause: CAUSE_CODES[index % 30] }),
    );
    const text = headline(...many);
    expect(text.length).toBeLessThan(1_000);
    expect(text).toMatch(/; \d+ more\. 2000 endpoints checked from 5 vantages: 2000 failed\.$/);
    const ports = Array.from({ length: 9 }, (_, index) => failed('a.example', 8000 + index));
    expect(headline(...ports)).toMatch(/^a\.example: 9 ports are blocked by a firewall\. /);
  });

  test.each(CAUSE_CODES)('has words for %s', (cause) => {
    const text = headline(failed('a.example', 443, { cause }));
    expect(text).not.toMatch(/[{}]|\.\.|failure on/);
  });

  test('does not say that a port is closed where a listener may only have ended', () => {
    const gone = { cause: 'tcp.refused' as const };
    expect(
      headline(
        failed('a.example', 80, { ...gone, kind: 'listener' }),
        failed('a.example', 443, { ...gone, kind: 'listener' }),
        failed('a.example', 22, gone),
      ),
    ).toMatch(/^a\.example: 22 is closed \(refused\), no listener answers on 80, 443 \(refused\)\. /);
  });

  describe('of a run that asks listeners', () => {
    const asked = (status: ListenerResult['status'], over: Partial<Told> = {}): Told => ({
      ...passed('a.example'),
      kind: 'listener',
      expect: 'open',
      observations: [
        {
          state: 'open',
          evidence: {
            kind: 'listener',
            listener: { speech: 'line', status, read: { end: 'complete', bytes: 1, text: '' } },
          },
        },
      ],
      ...over,
    });

    test('says that all ports are proven, only where all are', () => {
      expect(headline(asked('proven'), asked('proven'), passed('b.example'))).toBe(
        'Proven end to end: 2 ports. 3 endpoints checked from 5 vantages: 3 passed.',
      );
      expect(headline(asked('proven'))).toMatch(/^Proven end to end: 1 port\. /);
      expect(headline(passed('a.example'))).not.toMatch(/proven/i);
      const another = failed('a.example', 80, {
        kind: 'listener',
        expect: 'open',
        cause: 'path.another-host',
      });
      expect(headline(asked('proven'), another)).toBe(
        'a.example: another machine or program answers on 80. 2 endpoints checked from 5 vantages: 1 failed, 1 passed, 1 of 2 ports proven end to end.',
      );
      const terminated = asked('other-session', { verdict: 'warn', cause: 'path.tls-terminated' });
      expect(headline(asked('proven'), terminated)).toContain('1 of 2 ports proven end to end');
    });

    test('claims no proof of what was not seen at every address, or without a code', () => {
      const [one] = asked('proven').observations ?? [];
      const [other] = asked('unverified').observations ?? [];
      const both = asked('proven', { observations: one && other ? [one, other] : [] });
      expect(headline(both)).toContain('0 of 1 port proven end to end');
      expect(headline(asked('proven', { observations: [] }))).toContain('0 of 1 port proven');
      expect(headline(asked('unverified'))).toContain('no port proven, as no code was given');
      expect(headline(asked('unverified', { expect: 'closed' }))).not.toMatch(/proven/);
    });
  });
});
