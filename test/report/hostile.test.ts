/** What no format may let through, whatever a peer puts into banner, certificate, title or header. */
import { describe, expect, it } from 'vitest';
import { FORMAT_IDS, loadFormat } from '../../lib/report/formats.ts';
import type { ReportFormat } from '../../lib/report/reporter.ts';
import { moments, sampleReport } from './sample-report.ts';

/** C0 (but line feed; CR only as CRLF), DEL, C1, bidi controls, zero width, BOM, lone surrogates. */
const FORBIDDEN =
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\r(?!\n)|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** The whole sample, of a format that makes its end later, too. */
async function whole(format: ReportFormat, { verbose = false } = {}): Promise<string> {
  const { head, endpoints, tail } = moments(sampleReport);
  const reporter = format.open({ width: 100, color: false, verbose });
  const pieces = [reporter.begin(head), ...endpoints.map((each) => reporter.endpoint(each))];
  return [...pieces, await reporter.end(tail)].join('');
}

describe.each(FORMAT_IDS)('the format %s', (id) => {
  it.each([false, true])('holds no control, bidi or zero-width character (verbose: %s)', async (verbose) => {
    const text = await whole(await loadFormat(id), { verbose });
    // A badge counts; it names nothing of a run of several targets.
    expect(text).toContain(id === 'badge' ? '4 of 12 failed' : 'evil.example.com');
    expect(FORBIDDEN.exec(text)?.index).toBeUndefined();
  });

  it('is byte-identical for the same input', async () => {
    const format = await loadFormat(id);
    expect(await whole(format)).toBe(await whole(format));
  });

  it('says what it is', async () => {
    const format = await loadFormat(id);
    expect(format.id).toBe(id);
    expect(format.extension).toMatch(/^[a-z]+$/);
    expect(format.mediaType).toMatch(/^[a-z]+\/[a-z-]+/);
  });

  it('ends a run without endpoints, too', async () => {
    const { head, tail } = moments({ ...sampleReport, endpoints: [], verdict: 'inconclusive' });
    const reporter = (await loadFormat(id)).open({ width: 80, color: false, verbose: false });
    const text = reporter.begin(head) + (await reporter.end(tail));
    expect(text.endsWith('\n')).toBe(true);
    expect(text).not.toContain('undefined');
  });

  it('keeps no endpoint when it says that it streams', async () => {
    const format = await loadFormat(id);
    if (!format.streams || id === 'badge') return;
    const { head, endpoints, tail } = moments(sampleReport);
    const reporter = format.open({ width: 100, color: false, verbose: false });
    let text = reporter.begin(head);
    const [first] = endpoints;
    if (first === undefined) throw new Error('the sample has endpoints');
    for (let index = 0; index < 1_000; index += 1)
      text += reporter.endpoint({ ...first, id: `https://host-${index}.example.com:443/` });
    expect(text).toContain('https://host-700.example.com:443/');
    expect((await reporter.end(tail)).length).toBeLessThan(5_000);
  });
});
