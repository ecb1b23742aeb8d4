import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { utc } from '../../lib/model/units.ts';
import { clip } from '../../lib/report/terminal/layout.ts';
import { terminal } from '../../lib/report/terminal.ts';
import { visible } from '../../lib/report/words/visible.ts';
import { sampleFleetReport } from './sample-fleet-report.ts';
import { moments, render, sampleReport } from './sample-report.ts';

describe('terminal', () => {
  it('begins with the verdict in one sentence, after the notice', () => {
    const { notice: _notice, ...plain } = sampleReport;
    expect(render(terminal, plain)).toMatch(/^✗ FAIL {2}4 of 12 endpoints failed/);
    expect(render(terminal)).toMatch(/^=+\nDEMO: .*\n=+\n✗ FAIL {2}4 of 12/);
  });

  it('says endpoint, cause, side and fix of a problem, and names the rules only', () => {
    const text = render(terminal);
    expect(text).toContain('  ✗ FAIL  smtp://www.example.com:25  tcp.filtered\n');
    expect(text).toMatch(/^ {10}Who {4}network team \(firewall, NAT or provider\)$/m);
    expect(text).toMatch(/^ {10}Fix {4}Permit TCP 25 from any source/m);
    expect(text).toMatch(
      /^ {10}Rules {2}ready to paste with --verbose or --format html: nftables, Cisco ASA$/m,
    );
    expect(text).not.toContain('access-list');
  });

  it('reports a step that fixes several endpoints once', () => {
    const [failing] = sampleReport.endpoints.filter(({ fix }) => fix !== undefined);
    if (failing === undefined) throw new Error('the sample has a problem with advice');
    const other = { ...failing, id: 'http://www.example.com:80/' };
    const text = render(terminal, { ...sampleReport, endpoints: [failing, other] });
    expect(text.split('Fix    ')).toHaveLength(3);
    expect(text.replace(/\s+/g, ' ')).toContain(`Fix the same as for ${other.id} (one step fixes both)`);
    expect(text.split('Rules  ')).toHaveLength(2);
  });

  it('reports the step at the endpoint that has the fault, though one that redirects there came first', () => {
    const [failing] = sampleReport.endpoints.filter(({ fix }) => fix !== undefined);
    if (failing === undefined) throw new Error('the sample has a problem with advice');
    const { kind, host, port } = failing;
    const redirecting = {
      ...failing,
      id: 'http://www.example.com:80/',
      at: { kind, host, port, address: '192.0.2.10' },
    };
    const text = render(terminal, { ...sampleReport, endpoints: [redirecting, failing] }).replace(
      /\s+/g,
      ' ',
    );
    const [atRedirect, atHome] = text.split(`FAIL ${failing.id} `);
    expect(atRedirect).toContain(`Fix the same as for ${failing.id} (one step fixes both)`);
    expect(atHome).toContain('Fix Permit TCP 25');
    expect(text.split('Fix ')).toHaveLength(3);
  });

  it('gives a passing endpoint one line', () => {
    expect(render(terminal)).toContain(
      '\n  ✓ PASS  https://www.example.com:443/  HTTP 200 over TLSv1.3 from both addresses.\n',
    );
  });

  it('groups by target, most serious first, and by name where equally serious', () => {
    const text = render(terminal);
    const order = [
      'dns://gone',
      'smtp://www.example.com:25',
      'https://www.example.com:443/',
      'smtp://mx.',
      'ntp://',
    ];
    const places = order.map((id) => text.indexOf(`  ${id}`));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThan(0);
  });

  it('has its rows in one order, whatever finished first', () => {
    const backwards = { ...sampleReport, endpoints: [...sampleReport.endpoints].reverse() };
    expect(render(terminal, backwards)).toBe(render(terminal));
  });

  it('reports the step in full at the endpoint whose own fault it is, and not at one that leads there', () => {
    const own = sampleReport.endpoints.find(({ cause }) => cause === 'tcp.filtered');
    if (own === undefined) throw new Error('the sample has a filtered port');
    const at = { kind: 'smtp' as const, host: own.host, port: own.port, address: '192.0.2.10' };
    const leads = { ...own, id: 'http://www.example.com:80/', port: 80, at };
    for (const endpoints of [
      [own, leads],
      [leads, own],
    ]) {
      const text = render(terminal, { ...sampleReport, endpoints }).replace(/\s+/g, ' ');
      expect(text).toContain(`Fix the same as for ${own.id} (one step fixes both)`);
      expect(text.split('Rules ready to paste')).toHaveLength(2);
    }
  });

  it('reports what could not be judged for one reason once, unless the evidence is asked for', () => {
    const one = sampleReport.endpoints.find(({ verdict }) => verdict === 'inconclusive');
    if (one === undefined) throw new Error('the sample has an inconclusive endpoint');
    const endpoints = Array.from({ length: 20 }, (_, index) => ({
      ...one,
      id: `smtp://mx${index + 10}.example.com:25`,
      target: `mx${index + 10}.example.com`,
      fix: `Look at mx${index + 10}.`,
    }));
    const text = render(terminal, { ...sampleReport, endpoints });
    expect(text.split('INCONCLUSIVE  prober.egress-blocked')).toHaveLength(2);
    expect(text.replace(/\s+/g, ' ')).toContain(
      'several targets 20 endpoints ? INCONCLUSIVE prober.egress-blocked 20 endpoints: smtp://mx10.example.com:25, ',
    );
    expect(text.replace(/\s+/g, ' ')).toContain('smtp://mx21.example.com:25 and 8 more');
    expect(text).not.toContain('Look at mx10.');
    const verbose = render(terminal, { ...sampleReport, endpoints }, { verbose: true });
    expect(verbose.split('prober.egress-blocked')).toHaveLength(22);
  });

  it('says since when it is so and what changed, of a pass what changed since the run before alone', () => {
    const text = render(terminal, sampleFleetReport, { width: 110 }).replace(/\s+/g, ' ');
    for (const { history, verdict } of sampleFleetReport.endpoints) {
      const last = history?.changes.find(({ since }) => since === 'last-run');
      if (verdict !== 'pass' && history !== undefined) expect(text).toContain(`since ${utc(history.since)}`);
      for (const one of last?.differences.slice(0, 4) ?? [])
        expect(text).toContain(visible(one.text).replace(/\s+/g, ' '));
    }
    expect(text).toMatch(/✓ PASS https:\/\/www\S+ .{0,120}Before since the run before \(20[^)]+\): \S/);
  });

  it('shows evidence and rules when verbose', () => {
    const text = render(terminal, sampleReport, { verbose: true });
    expect(text).toContain('access-list OUTSIDE_IN extended permit tcp any host 192.0.2.10 eq 25\n');
    expect(text).toContain('09:30:05.037 → GET / HTTP/1.1');
    expect(text).toContain('Proof  local (2001:db8:ffff::7) → [2001:db8::10]:443');
  });

  it.each([32, 40, 50, 80, 120])('keeps within %d columns, hostile text included', (width) => {
    const long = { ...sampleReport, summary: `${'日本語😀'.repeat(40)} ${'x'.repeat(200)}` };
    for (const line of render(terminal, long, { width }).split('\n'))
      expect(stringWidth(line), line).toBeLessThanOrEqual(width);
  });

  it('says the same with and without colour, and colour is its only escape', () => {
    const plain = render(terminal);
    const colored = render(terminal, sampleReport, { color: true });
    expect(plain).not.toContain('\u001b');
    expect(stripVTControlCharacters(colored)).toBe(plain);
    expect(colored.match(/\u001b(?!\[\d+m)/g)).toBeNull();
  });

  it('writes a long run as it comes and ends with the verdict', () => {
    const { head, endpoints, tail } = moments(sampleReport);
    const [first] = endpoints;
    if (first === undefined) throw new Error('the sample has endpoints');
    const reporter = terminal.open({ width: 100, color: false, verbose: false });
    reporter.begin(head);
    const texts = Array.from({ length: 600 }, (_, index) =>
      reporter.endpoint({ ...first, id: `https://host-${index}.example.com/`, target: `host-${index}` }),
    );
    expect(texts.slice(0, 250).join('')).toBe('');
    expect(texts[250]).toContain('host-0.example.com');
    expect(texts[599]).toContain('host-599.example.com');
    expect(reporter.end(tail)).toMatch(/^\n✗ FAIL {2}4 of 12/);
  });

  it('says when the network answers for everyone and when the run was cut short', () => {
    const [vantage] = sampleReport.vantages;
    if (vantage === undefined) throw new Error('the sample has a vantage');
    const negativeControl = { address: '240.0.0.1', clean: false, detail: 'connected' };
    const text = render(
      terminal,
      { ...sampleReport, partial: true, vantages: [{ ...vantage, negativeControl }] },
      { width: 200 },
    );
    expect(text).toContain('  * Cut short: this is what was measured until then.');
    expect(text.replace(/\s+/g, ' ')).toContain('this network answers for everyone (connected)');
  });
});

describe('clip', () => {
  it.each([
    ['short', 10, 'short'],
    ['abcdefghij', 5, 'abcd…'],
    ['日本語日本語', 6, '日本…'],
    ['😀😀😀', 4, '😀…'],
  ])('cuts %s to %d columns', (text, columns, clipped) => {
    expect(clip(text, columns)).toBe(clipped);
    expect(stringWidth(clipped)).toBeLessThanOrEqual(columns);
  });
});
