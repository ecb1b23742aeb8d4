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

  it('says that the report had no signature, and nothing of it where it had one', async () => {
    const words = 'had no signature, so that nobody can tell whether it was altered before';
    expect(await written('markdown', withListener())).toContain(words);
    const report = withListener();
    const signed = report.listeners?.map((one) => ({
      ...one,
      report: { ...one.report, keyId: 'SHA256:key' },
    }));
    expect(await written('markdown', { ...report, ...(signed && { listeners: signed }) })).not.toContain(
      words,
    );
  });

  it('keeps the section when it is redacted, without the private addresses of both ends', () => {
    const endpoint = sampleFleetReport.endpoints[0]?.id;
    const summary = 'arrived from 198.51.100.9:50412 at 10.0.3.4:443, and not at 10.0.3.40';
    const redacted = redact(withListener({ endpoint, summary }));
    expect(redacted.listeners?.[0]?.decided[0]).toMatchObject({
      summary: 'arrived from 198.51.100.9:50412 at private address:443, and not at 10.0.3.40',
      arrived: { remote: '198.51.100.9:50412', local: 'private address:443' },
    });
    expect(Report.parse(redacted)).toEqual(redacted);
  });

  it('loses what was decided of endpoints that are left out', () => {
    const endpoint = sampleFleetReport.endpoints[0]?.id;
    expect(redact(withListener({ endpoint }), { target: 'nobody' }).listeners).toBeUndefined();
  });

  it('hides private addresses that a proof names and the prober’s own, not the one that was dialled', () => {
    const [first] = sampleFleetReport.endpoints;
    const [seen] = first?.observations ?? [];
    if (first === undefined || seen === undefined) throw new Error('no observation');
    const listener = {
      ...{ speech: 'line', status: 'proven', destination: '10.0.3.4:443', source: '[fd00::9]:50412' },
      read: { end: 'fin', bytes: 3, text: 'hi' },
    };
    const report = Report.parse({
      ...sampleFleetReport,
      endpoints: [
        {
          ...first,
          summary: 'proven: 10.9.9.9:443 → 10.0.3.4:443',
          observations: [
            {
              ...seen,
              address: '10.9.9.9',
              localAddress: '192.168.7.8',
              evidence: { kind: 'listener', exchange: [], connect: { status: 'connected' }, listener },
            },
          ],
        },
      ],
    });
    const text = JSON.stringify(redact(report));
    for (const hidden of ['10.0.3.4', 'fd00::9', '192.168.7.8']) expect(text).not.toContain(hidden);
    expect(text).toContain('proven: 10.9.9.9:443 → private address:443');
  });
});
