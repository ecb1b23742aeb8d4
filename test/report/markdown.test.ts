import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeSpan, fenced, inline } from '../../lib/report/markdown/escape.ts';
import { markdown } from '../../lib/report/markdown.ts';
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
    const rows = prose.filter((line) => line.startsWith('| '));
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

  it('lets hostile text make no HTML, link, image, heading or mention', () => {
    for (const line of prose.map(outsideCode)) {
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
    // The pipe alone stands outside; what is left of a URL stays code, or a renderer would link it.
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
