import { describe, expect, it } from 'vitest';
import { Report } from '../../../lib/engine/report-schema.ts';
import { html } from '../../../lib/report/html.ts';
import { english } from '../../../lib/report/language/english.ts';
import { german } from '../../../lib/report/language/german.ts';
import { germanWording } from '../../../lib/report/language/german-wording.ts';
import { verifyReport } from '../../../lib/report/signature/verify.ts';
import { tailOf, writeWhole } from '../../../lib/report/whole.ts';
import { sampleFleetReport } from '../sample-fleet-report.ts';
import { renderWhole, sampleReport } from '../sample-report.ts';
import { newSeal } from '../signature/sample-seal.ts';

const seal = newSeal();
const pageIn = (language: 'en' | 'de', report: Report = sampleFleetReport): Promise<string> =>
  writeWhole(html, tailOf(report), report.endpoints, { seal, language });
const dataOf = (page: string): string =>
  /<script type="application\/gzip"[^>]*>[^<]*<\/script>|<[a-z]+[^>]*id="report-data"[^>]*>[^<]*</.exec(
    page,
  )?.[0] ?? '';
const page = await pageIn('de');

describe('the page in German', () => {
  it('says so, and says the verdict, the findings and who acts in German', () => {
    expect(page).toContain('<html lang="de">');
    expect(page).toContain('ist durch eine Firewall blockiert');
    expect(page).toContain(
      'Das Zertifikat von portal.customer.example ist am 2026-02-01 abgelaufen (vor 28 Tagen).',
    );
    expect(page).toContain('<p class="who">das Netzwerkteam (Firewall, NAT oder Provider)</p>');
    expect(page).toContain("button('Kopieren'");
  });

  it('has the same data as the English page, byte for byte, and its own signature', async () => {
    const other = await pageIn('en');
    expect(dataOf(page)).not.toBe('');
    expect(dataOf(page)).toBe(dataOf(other));
    expect(verifyReport(page, [seal.keyId])).toMatchObject({ outcome: 'intact', covers: 'every-byte' });
    expect(verifyReport(other, [seal.keyId])).toMatchObject({ outcome: 'intact', covers: 'every-byte' });
  });

  it('is altered by one changed German word', () => {
    expect(verifyReport(page.replace('Fehler', 'Feh1er')).outcome).toBe('altered');
  });

  it('shows no label of the English page', () => {
    const text = page.replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>/g, '');
    const labels = Object.entries(english.markup).filter(
      ([name, label]) =>
        label.length > 6 &&
        !label.includes('<') &&
        german.markup[name as keyof typeof german.markup] !== label,
    );
    expect(labels.length).toBeGreaterThan(20);
    for (const [name, label] of labels) expect([name, text.includes(`>${label}<`)]).toEqual([name, false]);
  });

  it('escapes what a peer said, as the English page does', async () => {
    const hostile = '<img src=x onerror=alert(1)>"&\u202e';
    const [first, ...rest] = sampleReport.endpoints;
    if (first === undefined) throw new Error('the sample has endpoints');
    const peer = { key: 'connect.peer', params: { host: hostile, port: 25, transport: 'tcp' } };
    const message = { key: 'smtp.answersWith', params: { peer, text: hostile } };
    const endpoints = [{ ...first, verdict: 'fail' as const, summary: 'x', message }, ...rest];
    const told = await renderWhole(html, { ...sampleReport, endpoints }, { language: 'de' });
    expect(told).toContain('antwortet mit „&lt;img src=x onerror=alert(1)&gt;&#34;&amp;\\u{202e}“.');
    expect(told).not.toContain('<img');
  });

  it('keeps the text of the report where a message is not known', () => {
    const { said } = germanWording;
    expect(said({ summary: 'As it is.' })).toBe('As it is.');
    expect(said({ summary: 'As it is.', message: { key: 'later.one', params: {} } })).toBe('As it is.');
    const odd = { key: 'run.noResult', params: { endpoint: { deep: true } } };
    expect(said({ summary: 'As it is.', message: odd })).toBe('As it is.');
    const known = { key: 'run.noResult', params: { endpoint: 'x' } };
    expect(said({ summary: 'As it is.', message: known })).toBe('Kein Messpunkt gab ein Ergebnis für x.');
    expect(said({ summary: 'As it is.', message: known, furtherMessages: [odd] })).toBe('As it is.');
  });

  it('survives a message within itself without end', () => {
    let params: Record<string, unknown> = {};
    for (let n = 0; n < 5_000; n += 1) params = { seen: { key: 'run.mustBeClosed', params }, port: 1 };
    expect(germanWording.said({ summary: 'Deep.', message: { key: 'run.mustBeClosed', params } })).toBe(
      'Deep.',
    );
  });
});

it('says the same of every endpoint that the English report says: a message for each summary', () => {
  const report = Report.parse(sampleFleetReport);
  for (const one of report.endpoints) expect(germanWording.said(one)).not.toBe(one.summary);
});
