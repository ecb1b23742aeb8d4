import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeSpan, fenced, inline } from '../../lib/report/markdown/escape.ts';
import { markdown } from '../../lib/report/markdown.ts';
import { sampleFleetReport } from './sample-fleet-report.ts';
import { render, sampleReport } from './sample-report.ts';

/** The document without its fenced blocks, and those; throws when a fence is left open. */
function split(text: string): { prose: string[]; blocks: string[] } {
  const prose: string[] = [];
  const blocks: string[] = [];
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const run = /^(`{3,})/.exec(line)?.[1];
    if (fence === undefined && run !== undefined) {
      fence = run;
      blocks.push('');
    } else if (fence !== undefined && run !== undefined && run.length >= fence.length && line.trim() === run)
      fence = undefined;
    else if (fence !== undefined) blocks.push(`${blocks.pop() ?? ''}${line}\n`);
    else prose.push(line);
  }
  if (fence !== undefined) throw new Error('a fence was left open');
  return { prose, blocks };
}

/** Without code spans: what a renderer still interprets. */
const outsideCode = (line: string): string =>
  line.replace(/\\./g, '').replace(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '');

describe('markdown', () => {
  const { prose, blocks } = split(render(markdown));

  it('begins with the notice and the verdict in one sentence', () => {
    expect(prose[0]).toMatch(/^> \*\*DEMO/);
    expect(prose[2]).toMatch(/^# ✗ FAIL: 4 of 12 endpoints failed/);
  });

  it('lists every endpoint in a table of six columns', () => {
    const rows = prose.slice(0, prose.indexOf('<details>')).filter((line) => line.startsWith('| '));
    expect(rows).toHaveLength(sampleReport.endpoints.length + 1);
    for (const row of rows) expect(row.match(/\|/g)).toHaveLength(7);
  });

  it('gives side, fix, rule and evidence of a problem', () => {
    expect(prose).toContain('- **Who acts:** network team (firewall, NAT or provider)');
    expect(prose.some((line) => line.startsWith('**Fix:** Permit TCP 25'))).toBe(true);
    expect(blocks).toContain(
      'access-list OUTSIDE_IN extended permit tcp any host 192.0.2.10 eq 25\naccess-group OUTSIDE_IN in interface outside\n',
    );
    expect(blocks.some((block) => block.includes('2026-03-01T09:30:05.000Z * SYN to 192.0.2.10:25'))).toBe(
      true,
    );
  });

  it('names many rules, and writes out a few', () => {
    const [first] = sampleReport.endpoints;
    if (first === undefined) throw new Error('the sample has endpoints');
    const rules = (many: number) =>
      Array.from({ length: many }, (_, index) => ({
        product: `P${index}`,
        rule: `r${index}`,
        find: `f${index}`,
      }));
    const of = (many: number) =>
      render(markdown, {
        ...sampleReport,
        endpoints: [{ ...first, verdict: 'fail' as const, cause: 'tcp.filtered', rules: rules(many) }],
      });
    expect(of(14)).toContain('check --firewall NAME picks one of them: P0, P1');
    expect(of(14)).not.toContain('r13');
    expect(split(of(1)).blocks).toEqual(expect.arrayContaining(['r0\n', 'f0\n']));
  });

  it('has its rows in one order, whatever finished first', () => {
    const backwards = { ...sampleReport, endpoints: [...sampleReport.endpoints].reverse() };
    expect(render(markdown, backwards)).toBe(render(markdown));
  });

  it('is short enough for a ticket, with the details folded and the evidence bounded', () => {
    const one = sampleReport.endpoints.find(({ cause }) => cause === 'tcp.filtered');
    const [seen] = one?.observations ?? [];
    if (one === undefined || seen === undefined) throw new Error('the sample has a filtered port');
    const { notice: _notice, ...plain } = sampleReport;
    const at = (index: number) => `proxy-${index}.customer.example.com`;
    const text = render(markdown, {
      ...plain,
      endpoints: Array.from({ length: 12 }, (_, index) => ({
        ...one,
        id: `https://${at(index)}:443/`,
        target: at(index),
        host: at(index),
        summary: `${one.summary} `.repeat(4).trim(),
        rules: [],
        observations: Array.from({ length: 6 }, (__, vantage) => ({ ...seen, vantage: `region-${vantage}` })),
      })),
    });
    const [shown = '', folded = ''] = text.split('<details>');
    expect(Buffer.byteLength(shown)).toBeLessThan(4_000);
    expect(folded.split('\nEvidence:\n')).toHaveLength(13);
    expect(folded).toContain('The same, 5 times: `region-1 → 192.0.2.10, region-2');
    expect(folded.trimEnd()).toMatch(/<\/details>$/);
    expect(Buffer.byteLength(text)).toBeLessThan(40_000);
  });

  it('reports what could not be judged for one reason in one row and one section', () => {
    const one = sampleReport.endpoints.find(({ verdict }) => verdict === 'inconclusive');
    if (one === undefined) throw new Error('the sample has an inconclusive endpoint');
    const endpoints = [1, 2, 3].map((index) => ({ ...one, id: `smtp://mx${index}.example.com:25` }));
    const text = render(markdown, { ...sampleReport, endpoints });
    const ids = '`smtp://mx1.example.com:25`, `smtp://mx2.example.com:25`, `smtp://mx3.example.com:25`';
    expect(text).toContain(`| ? INCONCLUSIVE | ${ids} | reachable | \`prober.egress-blocked\` |`);
    expect(text.split('## ? INCONCLUSIVE')).toHaveLength(2);
  });

  it('says what changed since the last run', () => {
    const text = render(markdown, sampleFleetReport);
    expect(text).toMatch(/- \*\*Before:\*\* Failed since .*; since the run before \(/);
    expect(text).toMatch(/## Passed, and changed\n\n- `https:\/\/www/);
  });

  it('lets hostile text make no HTML, link, image, heading or mention', () => {
    const own = ['<details>', '<summary>Diagnosis, rules and evidence</summary>', '</details>'];
    for (const line of prose.filter((one) => !own.includes(one)).map(outsideCode)) {
      expect(line).not.toMatch(/<|\]\(|!\[|:\/\/|www\.|@/);
      expect(line).not.toMatch(/^#+ heading/);
    }
  });

  it.each([
    ['# x', '\\# x'],
    ['1. x', '1\\. x'],
    ['- x', '\\- x'],
    ['=== x', '\\=== x'],
    ['a|b', 'a&#124;b'],
    ['*b* _i_ ~s~', '\\*b\\* \\_i\\_ \\~s\\~'],
    ['<b>', '&lt;b&gt;'],
    ['see http://x.example/.', 'see `http://x.example/`.'],
    ['(www.example.com)', '(`www.example.com`)'],
    ['ask @team or me@example.com', 'ask `@team` or `me@example.com`'],
  ])('writes %s as %s', (text, written) => {
    expect(inline(text)).toBe(written);
  });

  it.each([
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    // Only the pipe is outside; what is left of a URL stays code, or a renderer would link it.
    ['a|b', '`a`&#124;`b`'],
    ['|http://evil.example', '&#124;`http://evil.example`'],
  ])('puts %s into a code span', (text, written) => {
    expect(codeSpan(text)).toBe(written);
  });

  it('can not be left by any text in a fence', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', '~', '\n', ' ', 'a') }), (text) => {
        expect(split(`${fenced(text)}\nend`).prose).toEqual(['', 'end']);
      }),
    );
  });
});
