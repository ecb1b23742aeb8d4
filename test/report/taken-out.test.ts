import { describe, expect, it } from 'vitest';
import { redact } from '../../lib/report/redact.ts';
import { takenOut } from '../../lib/report/taken-out.ts';
import { sampleFleetReport } from './sample-fleet-report.ts';

const [first, ...rest] = sampleFleetReport.endpoints;
if (first === undefined) throw new Error('no endpoint');
const JANE = 'jane.doe@customer.example';
const report = {
  ...sampleFleetReport,
  requestedBy: 'arn:support',
  authorisation: { kind: 'vouched' as const, by: 'arn:support', reason: 'ticket 4711' },
  maintenance: { reason: 'a move', until: '2026-03-02T00:00:00.000Z' },
  endpoints: [
    {
      ...first,
      observations: first.observations.map((one) => ({
        ...one,
        evidence: {
          kind: 'smtp' as const,
          smtp: { recipient: { address: JANE, reply: { code: 550, lines: [`<${JANE}>: unknown`] } } },
          exchange: [{ at: one.startedAt, kind: 'sent' as const, text: `RCPT TO:<${JANE}>` }],
        } as unknown as typeof one.evidence,
      })),
    },
    ...rest,
  ],
};

describe('what a redacted report leaves out', () => {
  it('is listed with who asked and who vouches, and why work was announced', () => {
    expect(takenOut(report)).toEqual(
      expect.arrayContaining([
        { what: 'requester', was: 'arn:support', times: 1 },
        { what: 'voucher', was: 'arn:support: ticket 4711', times: 1 },
        { what: 'maintenance', was: 'a move', times: 1 },
      ]),
    );
  });

  it('names each piece of text that is no longer there, and how often it was', () => {
    const texts = takenOut(report).filter(({ what }) => what === 'text');
    expect(texts.find(({ was }) => was === JANE)?.times).toBeGreaterThan(1);
    const clean = JSON.stringify(redact(report));
    for (const { was } of texts.filter((one) => one.was.includes('@'))) expect(clean).not.toContain(was);
  });

  it('is nothing of a report that names nobody', () => {
    const { requestedBy: _by, authorisation: _why, ...nobody } = sampleFleetReport;
    expect(takenOut(redact(nobody))).toEqual([]);
  });
});
