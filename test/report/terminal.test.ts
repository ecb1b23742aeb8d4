import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { clip } from '../../lib/report/terminal/layout.ts';
import { terminal } from '../../lib/report/terminal.ts';
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

  it('gives a passing endpoint one line', () => {
    expect(render(terminal)).toContain(
      '\n  ✓ PASS  https://www.example.com:443/  HTTP 200 over TLSv1.3 from both addresses.\n',
    );
  });

  it('groups by target, gravest first', () => {
    const text = render(terminal);
    const order = [
      'smtp://www.example.com:25',
      'https://www.example.com:443/',
      'dns://gone',
      'smtp://mx.',
      'ntp://',
    ];
    const places = order.map((id) => text.indexOf(`  ${id}`));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThan(0);
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
