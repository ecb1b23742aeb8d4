import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { escapeJson } from '../../lib/model/unseen.ts';
import { validityBar } from '../../lib/report/html/chain.ts';
import { observationTone } from '../../lib/report/html/matrix.ts';
import { strip } from '../../lib/report/html/strip.ts';
import { waterfall } from '../../lib/report/html/waterfall.ts';
import { html } from '../../lib/report/html.ts';
import { english } from '../../lib/report/language/english.ts';
import { canonicalJson } from '../../lib/report/signature/canonical.ts';
import { reportTextOf } from '../../lib/report/signature/page.ts';
import { sampleFleetReport } from './sample-fleet-report.ts';
import { observation } from './sample-observation.ts';
import { renderWhole, sampleReport } from './sample-report.ts';

const fleet = await renderWhole(html, sampleFleetReport);

describe.each([
  ['one vantage, hostile text', await renderWhole(html)],
  ['five vantages', fleet],
  ['one vantage, hostile text, in German', await renderWhole(html, sampleReport, { language: 'de' })],
  ['five vantages, in German', await renderWhole(html, sampleFleetReport, { language: 'de' })],
])('the page of %s', (_of, text) => {
  const tags = [...text.matchAll(/<([a-z0-9]+)((?:\s[^<>]*)?)>/g)].map(([, name = '', rest = '']) => ({
    name,
    rest,
  }));

  it('has no request and no element but its own', () => {
    const own = new Set(
      'html head meta title style script body header main footer article section p div h1 h2 h3 h4 h5 b dl dt dd table thead tbody tr th td a span details summary pre svg line rect path time ul ol li strong code'.split(
        ' ',
      ),
    );
    expect(tags.filter(({ name }) => !own.has(name))).toEqual([]);
    for (const { rest } of tags) {
      expect(rest).not.toMatch(/\son[a-z]+=/i);
      expect(rest).not.toMatch(/\s(?:src|style|srcset|action)=/i);
      const href = /\shref="([^"]*)"/.exec(rest)?.[1];
      if (href !== undefined)
        expect(href).toMatch(/^(?:#endpoints|#endpoint-\d+|https:\/\/wiki\.example\.net\/[a-z-]+)$/);
    }
    expect(text).not.toMatch(/url\(|@import/);
  });

  it('closes every element that it opens', () => {
    const markup = text.replace(/<script>[\s\S]*?<\/script>/, '');
    const empty = new Set(['meta']);
    const open: string[] = [];
    for (const [tag, slash, name = ''] of markup.matchAll(/<(\/?)([a-z0-9]+)(?:\s[^<>]*)?>/g)) {
      if (slash === '/') expect(open.pop()).toBe(name);
      else if (!tag.endsWith('/>') && !empty.has(name)) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('allows nothing but its own style sheet and script, by hash', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? '';
    const hashOf = (name: string): string => {
      const inner = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(text)?.[1] ?? '';
      return createHash('sha256').update(inner).digest('base64');
    };
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hashOf('style')}'; script-src 'sha256-${hashOf('script')}'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
    );
    expect(text.match(/<script/g)).toHaveLength(2);
  });

  it('leaves no hole in a template', () => {
    const markup = text.replace(/<script[\s\S]*?<\/script>/g, '');
    expect(markup).not.toMatch(/undefined|\[object|NaN|<%|%>(?!.*gt;)/);
  });
});

describe('html', async () => {
  const text = await renderWhole(html);

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

  it.each([
    ['https://example.com/?a=1&b', '<a href="https://example.com/?a=1&amp;b" rel="noreferrer noopener">'],
    ['mailto:noc@example.com', '<a href="mailto:noc@example.com" rel="noreferrer noopener">'],
    ['javascript:alert(1)', 'Questions about this test: javascript:alert(1)'],
    ['https://a.example/"onclick="x', 'Questions about this test: https://a.example/&#34;onclick=&#34;x'],
  ])('says who to ask, at %s', async (contact, shown) => {
    const page = await renderWhole(html, { ...sampleReport, contact });
    expect(page).toContain(shown);
    expect(text).not.toContain('Questions about this test');
  });

  it('holds the whole report as canonical JSON, in which a browser finds no markup', () => {
    expect(JSON.parse(reportTextOf(fleet) ?? '')).toEqual(JSON.parse(canonicalJson(sampleFleetReport)));
    expect(reportTextOf(fleet)).toBe(escapeJson(canonicalJson(sampleFleetReport)));
  });

  it('has a detail for each line of the table, most serious first and unfolded', () => {
    const anchors = [...text.matchAll(/href="#(endpoint-\d+)"/g)].map(([, anchor]) => anchor);
    expect(anchors).toHaveLength(sampleReport.endpoints.length);
    for (const anchor of anchors) expect(text).toContain(`id="${anchor}"`);
    const verdicts = [
      ...text.matchAll(/<article class="endpoint ([a-z]+)" id="[^"]*">\s*<details( open)?>/g),
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
    expect(text).toContain('✗ expired 28 days before the check');
    expect(text).toContain('09:30:05.055 ← HTTP/1.1 200 OK');
    expect(text).toContain('<li class="bad">port 25 over IPv6, mx.example.net:25: did not answer');
  });
});

describe('the page of twelve endpoints and five vantages', () => {
  it('has less than 150 kB', () => {
    expect(sampleFleetReport.endpoints).toHaveLength(12);
    expect(sampleFleetReport.vantages).toHaveLength(5);
    expect(Buffer.byteLength(fleet)).toBeLessThan(150_000);
  });

  it('keeps its size when every endpoint fails, by saying less and saying so', async () => {
    const failed = sampleFleetReport.endpoints.find(({ id }) => id.startsWith('https://portal'));
    if (failed === undefined) throw new Error('the sample has a portal');
    const endpoints = Array.from({ length: 12 }, (_, index) => ({ ...failed, id: `${failed.id}${index}` }));
    const text = await renderWhole(html, { ...sampleFleetReport, endpoints });
    expect(Buffer.byteLength(text)).toBeLessThan(150_000);
  });

  it('has a cell for each endpoint and vantage', () => {
    expect(fleet.match(/<td class="cell /g)).toHaveLength(60);
    expect(fleet).toContain('data-label="ap-southeast-2"><b>✗ filtered</b>');
    expect(fleet).toContain('data-label="us-east-1"><b>? inconclusive</b>');
    expect(fleet).toContain('<b>✗ open, faulty</b>');
  });

  it('names source address and time of each vantage', () => {
    for (const source of ['198.51.100.7', '198.51.100.39', '203.0.113.71', '203.0.113.90', '203.0.113.140'])
      expect(fleet).toContain(`<td>${source}</td><td><time>2026-03-01 09:30:`);
  });

  it('draws the chain with its broken link', () => {
    expect(fleet).toMatch(
      /<strong>portal\.customer\.example<\/strong>[\s\S]{0,700}✗ expired 28 days before the check[\s\S]{0,600}class="link broken"[\s\S]{0,200}its issuer Example Issuing CA 1 was not sent/,
    );
  });

  it('says since when, and what changed', () => {
    expect(fleet).toContain('Last 5 runs, the newest last: 1 failed, 4 passed');
    expect(fleet).toContain('certificate renewed: valid until 2026-08-30, was 2026-07-14');
    expect(fleet).toContain('ap-southeast-2: open → filtered');
    expect(fleet).toContain('Since the last run that passed');
  });

  it('says how to repeat it manually', () => {
    expect(fleet).toContain('timeout 30 nc -v -w 29 192.0.2.25 25 &lt;/dev/null');
    expect(fleet).toContain('--resolve portal.customer.example:443:192.0.2.11');
  });
});

describe('the tone of an observation', () => {
  const [report] = sampleReport.endpoints;
  if (report === undefined) throw new Error('the sample has endpoints');
  const seen = (state: 'open' | 'filtered' | 'inconclusive', cause?: 'tls.cert-expired') =>
    observation({
      state,
      summary: '',
      timings: { total: 1 },
      evidence: {},
      ...(cause && { cause }),
    });
  it.each([
    ['what an allow-list keeps out, in a check that passed', { verdict: 'pass' }, seen('filtered'), 'pass'],
    ['silence where an answer is due', { verdict: 'fail' }, seen('filtered'), 'fail'],
    ['silence of one vantage of many', { verdict: 'warn' }, seen('filtered'), 'fail'],
    [
      'silence of what is only recommended',
      { verdict: 'warn', level: 'recommended' },
      seen('filtered'),
      'warn',
    ],
    [
      'the fault that failed the endpoint',
      { verdict: 'fail', cause: 'tls.cert-expired' },
      seen('open', 'tls.cert-expired'),
      'fail',
    ],
    [
      'a smaller fault beside it',
      { verdict: 'fail', cause: 'tcp.filtered' },
      seen('open', 'tls.cert-expired'),
      'warn',
    ],
    ['an answer where none may be', { verdict: 'fail', expect: 'closed' }, seen('open'), 'fail'],
    ['silence where none may answer', { verdict: 'fail', expect: 'closed' }, seen('filtered'), 'pass'],
    ['what proves nothing', { verdict: 'fail' }, seen('inconclusive'), 'inconclusive'],
  ] as const)('%s', (_what, over, one, tone) => {
    expect(observationTone({ ...report, ...over }, one)).toBe(tone);
  });
});

describe('a strip', () => {
  it('says in words what its squares show', () => {
    expect(strip(['pass', 'fail', 'none', 'pass'], 'Runs', english)).toMatchObject({
      label: 'Runs: 1 failed, 2 passed, 1 without result',
      width: 44,
    });
  });
});

describe('a validity bar', () => {
  it.each([
    ['now in the middle', '2026-01-11', { x: '0%', width: '100%', now: '50%' }],
    ['now long after the end', '2026-01-31', { x: '0%', width: '66.7%', now: '99.5%' }],
    ['now before the start', '2025-12-12', { x: '50%', width: '50%', now: '0.5%' }],
  ])('%s', (_what, now, bar) => {
    expect(validityBar('2026-01-01', '2026-01-21', now)).toEqual(bar);
  });
  it('is left out for dates that are none', () => {
    expect(validityBar('soon', 'later', '2026-01-01')).toBeUndefined();
  });
});

describe('the waterfall', () => {
  const seen = (timings: Parameters<typeof observation>[0]['timings']) =>
    observation({ state: 'open', summary: '', timings, evidence: {} });

  it('puts the phases one behind the other and what is left at the end', () => {
    const chart = waterfall([seen({ dns: 10, connect: 20, tls: 30, firstByte: 20, total: 100 })]);
    expect(chart?.rows[0]?.map(({ phase, x, width }) => [phase, x, width])).toEqual([
      ['dns', '0%', '10%'],
      ['connect', '10%', '20%'],
      ['tls', '30%', '30%'],
      ['first', '60%', '20%'],
      ['rest', '80%', '20%'],
    ]);
  });

  it('draws all rows on one axis', () => {
    const chart = waterfall([seen({ connect: 50, total: 50 }), seen({ connect: 200, total: 200 })]);
    expect(chart?.end).toBe(200);
    expect(chart?.rows.map((bars) => bars[0]?.width)).toEqual(['25%', '100%']);
  });

  it('starts each redirect hop where the one before it ended', () => {
    const [report] = sampleReport.endpoints;
    const chart = waterfall(report?.observations.slice(0, 1) ?? []);
    // 4.1 ms of DNS and 55.2 ms of the first hop, of 95.3 ms in all.
    expect(chart?.rows[0]?.filter(({ phase }) => phase === 'connect')[1]?.x).toBe(
      `${Number(((59.3 / 95.3) * 100).toFixed(1))}%`,
    );
  });

  it('is left out when nothing was measured', () => {
    expect(waterfall([seen({ total: 0 })])).toBeUndefined();
  });
});
