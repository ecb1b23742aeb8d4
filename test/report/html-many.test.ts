import { describe, expect, it } from 'vitest';
import type { Report } from '../../lib/engine/report-schema.ts';
import { html } from '../../lib/report/html.ts';
import { json } from '../../lib/report/json.ts';
import { reportDataOf } from '../../lib/report/signature/page.ts';
import { verifyReport } from '../../lib/report/signature/verify.ts';
import { sampleFleetReport } from './sample-fleet-report.ts';
import { moments, renderWhole } from './sample-report.ts';
import { newSeal } from './signature/sample-seal.ts';

const passing = sampleFleetReport.endpoints.find(({ verdict }) => verdict === 'pass');
const failing = sampleFleetReport.endpoints.find(({ verdict }) => verdict === 'fail');

/** A run in which `fail` endpoints fail, each beside many that pass. */
function many(pass: number, fail: number): Report {
  if (passing === undefined || failing === undefined) throw new Error('the sample has both');
  const id = (at: number): string => `https://n${String(at).padStart(5, '0')}.example:443/`;
  const endpoints = Array.from({ length: pass + fail }, (_, at) => ({
    ...(at < fail ? failing : passing),
    id: id(at),
  }));
  return { ...sampleFleetReport, endpoints };
}

const sections = (page: string): number => page.match(/<article /g)?.length ?? 0;
const rows = (page: string): number => page.match(/<tr role="row"><td/g)?.length ?? 0;

describe('a page of many endpoints', () => {
  it('has a line for each, and a section for those that need somebody alone', async () => {
    const page = await renderWhole(html, many(500, 4));
    expect(rows(page)).toBe(504);
    expect(sections(page)).toBe(4);
    expect(page).toContain('<summary>500 endpoints pass</summary>');
    // No line leads to a section that is not there.
    const anchors = [...page.matchAll(/href="#(endpoint-\d+)"/g)].map(([, anchor]) => anchor);
    expect(anchors).toHaveLength(4);
    for (const anchor of anchors) expect(page).toContain(`id="${anchor}"`);
  });

  it('has all of them in its data', async () => {
    const report = many(500, 4);
    const data = reportDataOf(await renderWhole(html, report));
    const whole = JSON.parse(await renderWhole(json, report));
    expect(data).toMatchObject({ ok: true, value: { endpoints: whole.endpoints } });
  });

  it('folds nothing up to 500', async () => {
    const page = await renderWhole(html, many(499, 1));
    expect(sections(page)).toBe(500);
    expect(page).not.toContain('class="folded"');
  });
});

describe('a large page, written piece by piece', () => {
  // Over the 4 million characters that are kept until the signature is made.
  const report = many(200, 600);

  it('is the page that is signed as a whole, and verifies', async () => {
    const seal = newSeal();
    const open = () => {
      const reporter = html.open({ width: 100, color: false, verbose: false, seal });
      const { head, endpoints, tail } = moments(report);
      reporter.begin(head);
      for (const each of endpoints) reporter.endpoint(each);
      return { reporter, tail };
    };
    const { reporter, tail } = open();
    const pieces: string[] = [];
    for await (const piece of reporter.endInPieces?.(tail, true) ?? []) pieces.push(piece);
    const page = pieces.join('');
    expect(page.length).toBeGreaterThan(4_000_000);
    expect(pieces.length).toBeGreaterThan(5);
    expect(verifyReport(page).outcome).toBe('intact');
    expect(verifyReport(page.replace('200 endpoints pass', '201 endpoints pass')).outcome).toBe('altered');
  }, 120_000);

  it('writes nothing when its key can not be reached', async () => {
    const unreachable = { ...newSeal(), sign: () => Promise.reject(new Error('no key')) };
    const reporter = html.open({ width: 100, color: false, verbose: false, seal: unreachable });
    const { head, endpoints, tail } = moments(many(1, 1));
    reporter.begin(head);
    for (const each of endpoints) reporter.endpoint(each);
    const pieces = reporter.endInPieces?.(tail, true)[Symbol.asyncIterator]();
    await expect(pieces?.next()).rejects.toThrow('no key');
  });
});
