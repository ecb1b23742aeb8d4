/** The source address that a reflector saw, in each format that people read. */
import { describe, expect, it } from 'vitest';
import type { Report } from '../../lib/engine/report-schema.ts';
import { html } from '../../lib/report/html.ts';
import { markdown } from '../../lib/report/markdown.ts';
import { terminal } from '../../lib/report/terminal.ts';
import { sampleFleetReport } from './sample-fleet-report.ts';
import { render, renderWhole } from './sample-report.ts';

const AT = '2026-03-01T10:02:11.000Z';

/** The vantages of the sample without fixed addresses, all of one kind. */
const seen = (kind: string, addresses: readonly string[]): Report => ({
  ...sampleFleetReport,
  vantages: sampleFleetReport.vantages.map(({ sourceAddress: _, ...vantage }) => ({
    ...vantage,
    kind,
    ...(addresses.length > 0 && { seenAs: addresses.map((address) => ({ address, at: AT })) }),
  })),
  endpoints: sampleFleetReport.endpoints.map((endpoint) => ({
    ...endpoint,
    observations: endpoint.observations.map(({ localAddress: _, localPort: __, ...rest }) => rest),
  })),
});

const MEANING =
  'source 203.0.113.9, seen at 10:02:11 UTC by our own reflector; AWS may use another for another connection';

describe('an address that a reflector saw', () => {
  it('stands in place of "source address not known"', async () => {
    const unknown = await renderWhole(html, seen('lambda', []));
    expect(unknown).toContain('lambda, source address not known');
    const known = await renderWhole(html, seen('lambda', ['203.0.113.9']));
    expect(known).not.toContain('source address not known');
    expect(known).toContain(`lambda, ${MEANING}`);
    expect(known).toContain('<td>203.0.113.9 by reflector</td>');
  });

  it('stands in Markdown and on the terminal', () => {
    const report = seen('lambda', ['203.0.113.9']);
    expect(render(markdown, report).replaceAll('\\', '')).toContain(MEANING);
    expect(render(terminal, report).replace(/\s+/g, ' ')).toContain('(seen as 203.0.113.9 at 10:02:11 UTC)');
  });

  it('is not said to be ours where the person named the reflector', async () => {
    const page = await renderWhole(html, seen('local', ['203.0.113.9']));
    expect(page).toContain(
      'source 203.0.113.9, seen at 10:02:11 UTC by the reflector that was named; another connection may use another',
    );
    expect(page).not.toContain('our own reflector');
  });

  it('of the other family says nothing of a connection', async () => {
    const page = await renderWhole(html, seen('lambda', ['2600:1f18::10']));
    expect(page).toContain('source 2600:1f18::10, seen at 10:02:11 UTC');
    expect(page).not.toContain('by reflector</td>');
  });

  it('is what a connection over IPv6 has, where the fixed address is one of IPv4', async () => {
    const report = seen('lambda-vpc', ['2600:1f18::10']);
    const over6 = { address: '2001:db8::10', family: 6 as const };
    const page = await renderWhole(html, {
      ...report,
      vantages: report.vantages.map((vantage) => ({ ...vantage, sourceAddress: '198.51.100.7' })),
      endpoints: report.endpoints.map((endpoint) => ({
        ...endpoint,
        observations: endpoint.observations.map((one) => ({ ...one, ...over6 })),
      })),
    });
    expect(page).toContain('<td>2600:1f18::10 by reflector</td>');
    expect(page).not.toContain('<td>198.51.100.7</td>');
  });

  it('that is no address, in a file of somebody else, is shown as text', async () => {
    const page = await renderWhole(html, seen('lambda', ['<b>\u202e']));
    expect(page).not.toContain('<b>\u202e');
    expect(page).toContain('source &lt;b&gt;');
  });
});
