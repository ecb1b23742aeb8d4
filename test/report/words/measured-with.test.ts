/** A run that was pinned says so in every form that a report takes. */
import { describe, expect, it } from 'vitest';
import { FORMAT_IDS, loadFormat } from '../../../lib/report/formats.ts';
import { redact } from '../../../lib/report/redact.ts';
import { ticketText } from '../../../lib/report/ticket.ts';
import { tailOf, writeWhole } from '../../../lib/report/whole.ts';
import { measuredWithLine } from '../../../lib/report/words/measured-with.ts';
import { sampleFleetReport } from '../sample-fleet-report.ts';

const [first] = sampleFleetReport.endpoints;
const host = first?.host ?? '';
const report = {
  ...sampleFleetReport,
  measuredWith: [
    { setting: 'resolve', text: `${host}:443 pinned to 192.0.2.99, not looked up`, host },
    { setting: 'dns', text: 'DNS server 9.9.9.9' },
    { setting: 'profile', text: 'own profile lucy-saas from the file mine.yaml' },
    { setting: 'tlsMinVersion', text: `TLS 1.0 accepted at ${host}:443`, host },
  ],
};
const PIN = `${host}:443 pinned to 192.0.2.99`;
/** Formats break lines and escape each in its own way. */
const flat = (text: string): string =>
  text
    .replace(/=\r?\n/g, '')
    .replace(/[`\\]/g, '')
    .replace(/\s+/g, ' ');

describe('settings that change what a pass means', () => {
  it.each(FORMAT_IDS)('are reported in %s, and none where there are none', async (id) => {
    const format = await loadFormat(id);
    const told = flat(await writeWhole(format, tailOf(report), report.endpoints));
    expect(told).toContain(PIN);
    for (const { text } of report.measuredWith) expect(told).toContain(text);
    const plain = await writeWhole(format, tailOf(sampleFleetReport), sampleFleetReport.endpoints);
    expect(flat(plain)).not.toMatch(/Measured with|pinned to/);
  });

  it('are reported in the ticket text, in one line under the first', () => {
    expect(ticketText(report).split('\n')[1]).toBe(
      `Measured with ${PIN}, not looked up; DNS server 9.9.9.9; own profile lucy-saas from the file mine.yaml; TLS 1.0 accepted at ${host}:443.`,
    );
  });

  it('are one line, however many there are, and hold nothing that is not seen', () => {
    const measuredWith = Array.from({ length: 20 }, (_, n) => ({ setting: 'dns', text: `server\n${n}` }));
    const line = measuredWithLine({ measuredWith });
    expect(line).toMatch(/^Measured with server\\x0a0; .*; and 14 more\.$/);
  });

  it('of another target are not in a report that was redacted to one', () => {
    const other = {
      setting: 'resolve',
      text: 'secret.example:443 pinned to 192.0.2.7, not looked up',
      host: 'secret.example',
    };
    const clean = redact({ ...report, measuredWith: [...report.measuredWith, other] });
    expect(clean.measuredWith).toEqual(report.measuredWith);
  });
});
