import { describe, expect, it } from 'vitest';
import { httpFacts } from '../../../../lib/kinds/http/facts.ts';
import { pageTitle } from '../../../../lib/kinds/http/judge/page-title.ts';
import { observeHttp, page } from '../scenario.ts';

describe('the title of a page', () => {
  it.each([
    ['Hello &amp; <b>gr&uuml;ezi', 'Hello & <b>grüezi'],
    // Names beyond Latin-1, which were shown as they are written before.
    ['Pr&zcaron;&iacute; &Lstrok;&oacute;d&zacute; &check;', 'Prží Łódź ✓'],
    ['&NotEqualTilde;', '≂̸'],
    ['&#20013;&#x6587;', '中文'],
    // Browsers decode these without the semicolon (HTML, "named character reference state").
    ['R&ampD &copy 2026', 'R&D © 2026'],
    ['a &nonsense; b', 'a &nonsense; b'],
    ['a&nbsp;&Tab; b', 'a b'],
    ['&#27;[31mred&#x202e;', '\\x1b[31mred\\u{202e}'],
    ['&amp;lt;', '&lt;'],
  ])('%j is shown as %j', (title, shown) => {
    expect(pageTitle({ title })).toBe(shown);
  });

  it.each([undefined, '', '&nbsp;', '&#32;'])('%j is none', (title) => {
    expect(pageTitle(title === undefined ? {} : { title })).toBeUndefined();
  });

  it('is kept raw by the prober, and judged and reported decoded', async () => {
    const port = await page('200 OK', '<title>Obchod &zcaron;&iacute; &amp; spol.</title>');
    const assertions = { titleContains: 'ží & spol.' };
    const { http, faults, finding, observation } = await observeHttp(port, { assertions });
    expect(http?.title).toBe('Obchod &zcaron;&iacute; &amp; spol.');
    expect(faults).toEqual([]);
    expect(finding.summary).toContain('title "Obchod ží & spol."');
    expect(httpFacts(observation)).toContainEqual({ label: 'Title', value: 'Obchod ží & spol.' });
    const other = await observeHttp(port, { assertions: { titleContains: '&zcaron;' } });
    expect(other.faults).toEqual(['http.content-missing fail']);
  });
});
