import { describe, expect, it } from 'vitest';
import { ticketText } from '../../lib/report/ticket.ts';
import { HOSTILE } from './sample-evidence.ts';
import { sampleFleetReport } from './sample-fleet-report.ts';

const link = { url: 'https://links.example.com/s/abc', expiresAt: '2026-03-15T09:30:00.000Z' };
const failing = sampleFleetReport.endpoints.filter(({ verdict }) => verdict === 'fail');

describe('the text for a ticket', () => {
  const text = ticketText(sampleFleetReport, link);

  it('says what was checked, when, from where and what came out', () => {
    expect(text).toMatch(
      /^Inbound Check of .+, 2026-\d\d-\d\d \d\d:\d\d:\d\d UTC: something is not as it should be\.\n/,
    );
    for (const { id, sourceAddress, unavailable } of sampleFleetReport.vantages) {
      if (unavailable !== undefined) continue;
      expect(text.split('\n')[1]).toContain(sourceAddress === undefined ? id : `${id} (${sourceAddress})`);
    }
  });

  it('names the address that a reflector saw, when, and how far that holds', () => {
    const [first, ...others] = sampleFleetReport.vantages;
    const vantages = [
      {
        id: first?.id ?? '',
        kind: 'lambda',
        controls: [],
        seenAs: [{ address: '203.0.113.9', at: '2026-03-01T10:02:11.000Z' }],
      },
      ...others,
    ];
    expect(ticketText({ ...sampleFleetReport, vantages }, link)).toContain(
      `${first?.id} (seen as 203.0.113.9 at 10:02:11 UTC), `,
    );
    expect(ticketText({ ...sampleFleetReport, vantages }, link)).toContain(
      'Addresses with a time were seen then by our own reflector; AWS may use another for another connection.',
    );
    expect(text).not.toContain('reflector');
  });

  it('names each failure, whose turn it is, and what to do', () => {
    expect(failing.length).toBeGreaterThan(0);
    for (const { id } of failing.slice(0, 3)) expect(text).toContain(`- Failed: ${id}: `);
    expect(text).toMatch(/\n {2}Who acts: .+\.\n {2}What to do: /);
  });

  it('says once what fixes several', () => {
    const endpoints = failing
      .slice(0, 3)
      .map((one) => ({ ...one, fix: 'Add the rule.', side: 'network' as const }));
    const lines = ticketText({ ...sampleFleetReport, endpoints }).split('\n');
    expect(lines.filter((line) => line.startsWith('- Failed: '))).toHaveLength(endpoints.length);
    expect(lines.filter((line) => line.startsWith('  What to do: '))).toEqual([
      '  What to do: Add the rule.',
    ]);
    expect(lines.filter((line) => line.startsWith('  Who acts: '))).toHaveLength(1);
  });

  it('ends with the link and how long it lives, or without', () => {
    expect(text).toMatch(
      /: https:\/\/links\.example\.com\/s\/abc \(the link works until 2026-03-15 09:30:00 UTC\)\.\n$/,
    );
    expect(ticketText(sampleFleetReport)).not.toContain('Proof');
  });

  it('says when all is well in two lines', () => {
    const endpoints = sampleFleetReport.endpoints.map((one) => ({ ...one, verdict: 'pass' as const }));
    const well = ticketText({ ...sampleFleetReport, endpoints, verdict: 'pass' });
    expect(well).toContain('everything can be reached as it should.');
    expect(well.trimEnd().split('\n')).toHaveLength(2);
  });

  it('is plain text whatever a server sent', () => {
    const endpoints = failing.map((one) => ({ ...one, summary: HOSTILE, fix: HOSTILE }));
    expect(ticketText({ ...sampleFleetReport, endpoints })).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/,
    );
  });
});
