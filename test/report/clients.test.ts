import { describe, expect, it } from 'vitest';
import type { EndpointReport } from '../../lib/engine/report-schema.ts';
import { html } from '../../lib/report/html.ts';
import { markdown } from '../../lib/report/markdown.ts';
import { terminal } from '../../lib/report/terminal.ts';
import { clientTables } from '../../lib/report/words/clients.ts';
import { HOSTILE } from './sample-evidence.ts';
import { moments, render, renderWhole, sampleReport } from './sample-report.ts';

const named = (id: string): EndpointReport => {
  const found = sampleReport.endpoints.find((each) => each.id === id);
  if (found === undefined) throw new Error(`the sample has no ${id}`);
  return found;
};
const passing = named('tls://www.example.com:8443');
const failing = named('https://shop.example.com:443/');
const only = (...endpoints: EndpointReport[]) => ({ ...sampleReport, endpoints });

/** The same endpoint, looked at from further vantages, each with what was seen altered. */
function seen(
  report: EndpointReport,
  looks: readonly { readonly vantage: string; readonly alert?: string }[],
): EndpointReport {
  const [first] = report.observations;
  if (first?.evidence.kind !== 'tls' || first.evidence.tls === undefined)
    throw new Error('not an endpoint of TLS');
  const { evidence } = first;
  const { tls } = evidence;
  return {
    ...report,
    observations: looks.map(({ vantage, alert }) => ({
      ...first,
      vantage,
      evidence: {
        ...evidence,
        tls:
          alert === undefined
            ? tls
            : { ...tls, chain: undefined, handshake: { status: 'alert', number: 40, name: alert } },
      },
    })),
  } as EndpointReport;
}

function verbose(...endpoints: EndpointReport[]): string {
  const { head, endpoints: each, tail } = moments(only(...endpoints));
  const reporter = terminal.open({ width: 160, color: false, verbose: true });
  return reporter.begin(head) + each.map((one) => reporter.endpoint(one)).join('') + reporter.end(tail);
}

describe('who can connect', () => {
  it('is a table of each answer, with who saw it', () => {
    const tables = clientTables(
      seen(passing, [{ vantage: 'a' }, { vantage: 'b' }, { vantage: 'c', alert: 'handshake_failure' }]),
    );
    expect(tables.map(({ seenBy }) => seenBy)).toEqual([
      expect.stringMatching(/^a → \S+, b → \S+$/),
      expect.stringMatching(/^c → \S+$/),
    ]);
    expect(tables[0]?.rows[0]).toEqual({
      name: 'Chrome and Edge',
      connects: 'yes',
      why: 'TLSv1.3 with TLS_AES_256_GCM_SHA384',
      known: 'Chromium 156.0, 2026-11-29',
    });
    expect(tables[1]?.rows[0]).toMatchObject({
      connects: 'no',
      why: 'the server answers with alert 40 (handshake_failure) to what all current browsers offer',
    });
  });

  it('is not asked of what must not be reachable, nor of what is no TLS', () => {
    expect(clientTables({ ...passing, expect: 'closed' })).toEqual([]);
    expect(clientTables(named('ntp://ntp.example.com:123'))).toEqual([]);
  });

  it('is on the terminal with --verbose alone', () => {
    const text = verbose(passing, failing);
    expect(text).toContain('Who can connect, as seen by ');
    expect(text).toContain('Safari: yes, TLSv1.3 with TLS_AES_256_GCM_SHA384 (published list, 2022-04-11)\n');
    expect(text).toContain(
      'Safari: no, the certificate does not cover the name (published list, 2022-04-11)\n',
    );
    expect(render(terminal, only(passing, failing))).not.toContain('Who can connect');
  });

  it('is a table in Markdown, of problems', () => {
    const text = render(markdown, only(passing, failing));
    expect(text.split('Who can connect')).toHaveLength(2);
    expect(text).toMatch(
      /^\| Safari \| no \| the certificate does not cover the name \| published list, 2022\S*04\S*11 \|$/m,
    );
  });

  it('is folded on the page', async () => {
    const text = await renderWhole(html, only(passing, failing));
    expect(text.split('<summary>Who can connect</summary>')).toHaveLength(3);
    expect(text).toContain(
      '<tr><th>Chrome and Edge</th><td>no</td><td rowspan="11">the certificate does not cover the name</td><td>Chromium 156.0, 2026-11-29</td></tr>',
    );
    // A reason below the same one is in its cell.
    expect(text).toContain('<tr><th>Safari</th><td>no</td><td>published list, 2022-04-11</td></tr>');
  });

  it('lets nothing hostile through', async () => {
    const hostile = seen(passing, [{ vantage: HOSTILE, alert: HOSTILE }]);
    const evil = only({ ...hostile, verdict: 'fail', level: 'required' });
    const page = (await renderWhole(html, evil)).split('<summary>Who can connect</summary>')[1] ?? '';
    expect(page).toContain('Chrome and Edge');
    expect(page.slice(0, page.indexOf('</details>'))).not.toMatch(/<script|<!--|[\u0000-\u0009\u202e\u200b]/);
    const lines = render(markdown, evil).split('\n');
    const row = lines.find((line) => line.startsWith('| Chrome and Edge')) ?? '';
    expect(row.split(/(?<!\\)\|/)).toHaveLength(6);
    expect(row).not.toMatch(/<script|(?<!\\)\[link\]/);
    expect(verbose(...evil.endpoints)).not.toMatch(/[\u001b\u009b\u202e\u200b]/);
  });
});
