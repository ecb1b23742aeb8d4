import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tickStep, waterfall } from '../../lib/report/html/waterfall.ts';
import { html } from '../../lib/report/html.ts';
import { observation } from './sample-observation.ts';
import { render, sampleReport } from './sample-report.ts';

describe('html', () => {
  const text = render(html);
  const tags = [...text.matchAll(/<([a-z0-9]+)((?:\s[^<>]*)?)>/g)].map(([, name = '', rest = '']) => ({
    name,
    rest,
  }));

  it('has no script, no request and no element but its own', () => {
    const own = new Set(
      'html head meta title style body header main footer p div h1 h2 h3 b dl dt dd table thead tbody tr th td a span section details summary pre svg line rect text ul li strong code'.split(
        ' ',
      ),
    );
    expect(tags.filter(({ name }) => !own.has(name))).toEqual([]);
    for (const { rest } of tags) {
      expect(rest).not.toMatch(/\son[a-z]+=/i);
      expect(rest).not.toMatch(/\s(?:src|style|srcset|action)=/i);
      const href = /\shref="([^"]*)"/.exec(rest)?.[1];
      if (href !== undefined)
        expect(href).toMatch(/^(?:#endpoint-\d+|https:\/\/wiki\.example\.net\/[a-z-]+)$/);
    }
    expect(text).not.toMatch(/url\(|@import/);
  });

  it('closes every element that it opens', () => {
    const empty = new Set(['meta', 'line']);
    const open: string[] = [];
    for (const [tag, slash, name = ''] of text.matchAll(/<(\/?)([a-z0-9]+)(?:\s[^<>]*)?>/g)) {
      if (slash === '/') expect(open.pop()).toBe(name);
      else if (!tag.endsWith('/>') && !empty.has(name)) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('allows nothing but its own style sheet, by hash', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? '';
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
  });

  it('shows hostile text as text', () => {
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).toContain('\\u{202e}gpj.exe');
    expect(text).toContain('javascript:alert(1)');
    expect(text).not.toContain('href="javascript');
  });

  it('begins with the notice and the verdict in one sentence', () => {
    expect(text.indexOf('class="notice"')).toBeGreaterThan(0);
    expect(text.indexOf('class="notice"')).toBeLessThan(text.indexOf('<h1>'));
    expect(text).toContain(`<h1>${sampleReport.summary}</h1>`);
  });

  it('leaves no hole in a template', () => {
    expect(text).not.toMatch(/undefined|\[object|NaN|<%|%>(?!.*gt;)/);
  });

  it('has a detail for each line of the table, gravest first and unfolded', () => {
    const anchors = [...text.matchAll(/href="#(endpoint-\d+)"/g)].map(([, anchor]) => anchor);
    expect(anchors).toHaveLength(sampleReport.endpoints.length);
    for (const anchor of anchors) expect(text).toContain(`id="${anchor}"`);
    const verdicts = [
      ...text.matchAll(/<section class="endpoint ([a-z]+)" id="[^"]*">\s*<details( open)?>/g),
    ];
    expect(verdicts.map(([, verdict]) => verdict)).toEqual([
      'fail',
      'fail',
      'fail',
      'fail',
      'inconclusive',
      'warn',
      'warn',
      'pass',
      'pass',
      'pass',
      'pass',
      'pass',
    ]);
    for (const [, verdict, open] of verdicts) expect(open !== undefined).toBe(verdict !== 'pass');
  });

  it('shows rules, certificates with dates, exchange with times, and controls', () => {
    expect(text).toContain('<pre>access-list OUTSIDE_IN extended permit tcp any host 192.0.2.10 eq 25\n');
    expect(text).toContain('<td class="over">2026-02-01 00:00:00 UTC</td>');
    expect(text).toContain('<td>09:30:05.055</td><td>← received</td><td>HTTP/1.1 200 OK</td>');
    expect(text).toContain(
      '<li class="bad">Control for port 25 over IPv6, mx.example.net:25: did not answer',
    );
  });
});

describe('the waterfall', () => {
  it.each([
    [5_000, 1_000],
    [63, 20],
    [100, 20],
    [9, 2],
    [0.4, 0.1],
  ])('of %d ms has ticks at every %d ms', (end, step) => {
    expect(tickStep(end)).toBeCloseTo(step, 10);
  });

  const seen = (timings: Parameters<typeof observation>[0]['timings']) =>
    observation({ state: 'open', summary: '', timings, evidence: {} });

  it('puts the phases one behind the other and what is left at the end', () => {
    const chart = waterfall([seen({ dns: 10, connect: 20, tls: 30, firstByte: 20, total: 100 })], 443);
    expect(chart?.rows[0]?.bars.map(({ phase, x, width }) => [phase, x, width])).toEqual([
      ['dns', '0.00%', '10.00%'],
      ['connect', '10.00%', '20.00%'],
      ['tls', '30.00%', '30.00%'],
      ['first', '60.00%', '20.00%'],
      ['rest', '80.00%', '20.00%'],
    ]);
  });

  it('draws all rows on one axis', () => {
    const chart = waterfall([seen({ connect: 50, total: 50 }), seen({ connect: 200, total: 200 })], 443);
    expect(chart?.rows.map(({ bars }) => bars[0]?.width)).toEqual(['25.00%', '100.00%']);
  });

  it('starts each redirect hop where the one before it ended', () => {
    const [report] = sampleReport.endpoints;
    const chart = waterfall(report?.observations.slice(0, 1) ?? [], 443);
    // 4.1 ms of DNS and 55.2 ms of the first hop, of 95.3 ms in all.
    expect(chart?.rows).toHaveLength(2);
    expect(chart?.rows[1]?.bars[0]?.x).toBe(`${((59.3 / 95.3) * 100).toFixed(2)}%`);
  });

  it('is left out when nothing was measured', () => {
    expect(waterfall([seen({ total: 0 })], 443)).toBeUndefined();
  });
});
