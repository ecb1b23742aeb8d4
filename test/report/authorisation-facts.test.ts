import { describe, expect, it } from 'vitest';
import { html } from '../../lib/report/html.ts';
import { markdown } from '../../lib/report/markdown.ts';
import { redact } from '../../lib/report/redact.ts';
import type { ReportFormat } from '../../lib/report/reporter.ts';
import { terminal } from '../../lib/report/terminal.ts';
import { authorisationFacts } from '../../lib/report/words/authorisation-facts.ts';
import { renderWhole, sampleReport } from './sample-report.ts';

const PROVEN = { kind: 'proven', method: 'dns-txt', at: '2026-02-01T08:00:00.000Z' } as const;
const VOUCHED = { kind: 'vouched', by: 'ops', reason: 'go-live <b>now</b>' } as const;

it.each<[ReportFormat]>([[terminal], [markdown], [html]])(
  '$id says who asked and why the fleet may',
  async (format) => {
    const { vantages, ...report } = sampleReport;
    const lost = { id: 'us-east-1', kind: 'lambda', controls: [], unavailable: 'ProberTimedOut: no answer' };
    const text = (authorisation: typeof PROVEN | typeof VOUCHED) =>
      renderWhole(format, { ...report, vantages: [...vantages, lost], requestedBy: 'ada', authorisation });
    const proven = await text(PROVEN);
    const vouched = await text(VOUCHED);
    expect(proven).toMatch(/Asked for by[\s\S]*ada/);
    expect(proven).toMatch(/ownership proven by a DNS TXT record, 2026-02-01 08:00:00\s+UTC/);
    expect(proven).toContain('ProberTimedOut: no answer');
    expect(vouched).toContain('ops vouches for it');
    if (format !== terminal) expect(vouched).not.toContain('<b>now</b>');
  },
);

it.each<[ReportFormat]>([[terminal], [markdown], [html]])(
  '$id says that work was announced',
  async (format) => {
    const maintenance = { reason: 'new <b>firewall</b>', until: '2026-02-01T10:00:00.000Z' };
    const text = await renderWhole(format, { ...sampleReport, maintenance });
    expect(text).toMatch(/During maintenance[\s\S]*firewall[\s\S]*2026-02-01 10:00:00\s+UTC/);
    if (format !== terminal) expect(text).not.toContain('<b>firewall</b>');
  },
);

it.each<[ReportFormat]>([[terminal], [markdown], [html]])(
  '$id says nothing of it for one machine',
  async (format) => {
    expect(await renderWhole(format, sampleReport)).not.toMatch(
      /Asked for by|Authorised|During maintenance|gave no result/i,
    );
  },
);

describe('a listener that proved ownership', () => {
  const proof = (last: number) => ({
    host: 'www.example.com',
    address: `198.51.100.${last}`,
    port: 443,
    listenerPort: 443,
  });
  const listener = (proofs: number, others?: typeof PROVEN | typeof VOUCHED) => ({
    kind: 'listener' as const,
    at: '2026-02-01T08:00:00.000Z',
    proofs: Array.from({ length: proofs }, (_, index) => proof(index + 7)),
    ...(others && { others }),
  });
  const wordsOf = (authorisation: ReturnType<typeof listener>) =>
    authorisationFacts({ authorisation }).map(({ value }) => value);

  it('is named with where it is, and what it was good for', () => {
    expect(wordsOf(listener(1))).toEqual([
      "a listener at 198.51.100.7:443 proved ownership, for the listener's ports in this run alone, 2026-02-01 08:00:00 UTC",
    ]);
    expect(wordsOf(listener(6))[0]).toMatch(/^listeners at (\S+, ){3}198\.51\.100\.10:443 and 2 more proved/);
    expect(wordsOf(listener(1, VOUCHED))[0]).toContain('; for the rest, ops vouches for it');
  });

  it('stays in a report for others, without the person who vouches for the rest', () => {
    expect(redact({ ...sampleReport, authorisation: listener(1, VOUCHED) }).authorisation).toEqual(
      listener(1),
    );
    expect(redact({ ...sampleReport, authorisation: listener(1, PROVEN) }).authorisation).toEqual(
      listener(1, PROVEN),
    );
    expect(redact({ ...sampleReport, authorisation: VOUCHED }).authorisation).toBeUndefined();
  });
});
