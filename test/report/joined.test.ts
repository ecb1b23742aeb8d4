/** What a listener's log decided, in each form that people read. */
import { describe, expect, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { loadFormat } from '../../lib/report/formats.ts';
import { redact } from '../../lib/report/redact.ts';
import { ticketText } from '../../lib/report/ticket.ts';
import { tailOf, writeWhole } from '../../lib/report/whole.ts';
import { HOSTILE } from './sample-evidence.ts';
import { sampleFleetReport } from './sample-fleet-report.ts';

const SUMMARY = 'the host sent nothing back: its own firewall drops them';
/** `later`: a report of another version may have any text and any word. */
const withListener = (later: object = {}): Report =>
  Report.parse({
    ...sampleFleetReport,
    listeners: [
      {
        report: { sha256: 'a'.repeat(64) },
        log: { sha256: 'b'.repeat(64), keyId: '5f0c1d2e' },
        startedAt: '2026-11-30T10:00:00.000Z',
        endedAt: '2026-11-30T10:30:00.000Z',
        clockOffsetMs: -90_000,
        watched: [443],
        decided: [
          {
            ...{ endpoint: 'tcp://www.example.com:443', address: '203.0.113.7', port: 443 },
            ...{ cause: 'path.host-firewall', side: 'host', found: 'path.host-firewall' },
            ...{ summary: SUMMARY, fix: 'Allow port 443.', tiedBy: 'source-and-port' },
            arrived: { remote: '198.51.100.9:50412', local: '10.0.3.4:443' },
            packets: { syns: 3, synAcks: 0, rsts: 0, icmps: 0 },
            ...later,
          },
        ],
      },
    ],
  });

const written = async (id: 'terminal' | 'markdown' | 'html', report: Report): Promise<string> =>
  (await writeWhole(await loadFormat(id), tailOf(report), report.endpoints)).replace(/\s+/g, ' ');

describe('a joined report', () => {
  it.each(['terminal', 'markdown', 'html'] as const)(
    'says in %s what was decided and who acts',
    async (id) => {
      const text = await written(id, withListener());
      expect(text).toContain('What both ends know');
      expect(text).toContain(SUMMARY);
      expect(text).toContain('path.host-firewall');
      expect(text).toContain('Allow port 443.');
      expect(text).toContain('90 s behind the prober’s');
      expect(await written(id, sampleFleetReport)).not.toContain('What both ends know');
    },
  );

  it('says so in a ticket', () => {
    expect(ticketText(withListener())).toContain(`- ${SUMMARY}\n  Who acts: `);
  });

  it.each(['terminal', 'markdown', 'html'] as const)('shows hostile text harmlessly in %s', async (id) => {
    const hostile = withListener({ summary: HOSTILE, fix: HOSTILE, cause: HOSTILE, side: HOSTILE });
    const text = await written(id, hostile);
    expect(text).toContain('What both ends know');
    expect(text).not.toContain(HOSTILE);
    expect(text).not.toContain('\u001b');
  });

  it('loses the section when it is redacted: it has addresses within the customer’s network', () => {
    const redacted = redact(withListener());
    expect(redacted.listeners).toBeUndefined();
    expect(JSON.stringify(redacted)).not.toContain('10.0.3.4');
  });
});
