import { describe, expect, it } from 'vitest';
import { csv } from '../../lib/report/csv.ts';
import { render, sampleReport } from './sample-report.ts';

/** A reader of RFC 4180, strict: it throws where the grammar is broken. */
function parse(text: string): string[][] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const rows: string[][] = [[]];
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (match === null) throw new Error(`no field at ${at}: ${text.slice(at, at + 40)}`);
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n' && field.lastIndex < text.length) rows.push([]);
  }
  return rows;
}

describe('csv', () => {
  const [header = [], ...rows] = parse(render(csv));
  const cell = (id: string, column: string): string | undefined =>
    rows.find((row) => row[1] === id)?.[header.indexOf(column)];

  it('has a header and for each endpoint one row of as many cells', () => {
    expect(header.slice(0, 3)).toEqual(['target', 'endpoint', 'kind']);
    expect(rows).toHaveLength(sampleReport.endpoints.length);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([header.length]));
  });

  it('holds what the report says', () => {
    const id = 'https://shop.example.com:443/';
    expect(cell(id, 'verdict')).toBe('fail');
    expect(cell(id, 'cause')).toBe('tls.cert-expired');
    expect(cell(id, 'also_found')).toBe('tls.cert-name-mismatch tls.chain-incomplete');
    expect(cell('https://www.example.com:443/', 'observations')).toBe(
      'local 192.0.2.10 open; local 2001:db8::10 open',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)'])('makes %s harmless to a spreadsheet', (formula) => {
    const [first] = sampleReport.endpoints;
    if (first === undefined) throw new Error('the sample has endpoints');
    const report = { ...sampleReport, endpoints: [{ ...first, summary: formula, target: formula }] };
    const [, row = []] = parse(render(csv, report));
    expect(row[0]).toBe(`'${formula}`);
    expect(row[header.indexOf('summary')]).toBe(`'${formula}`);
  });

  it.each([
    [';=1+1', ";'=1+1"],
    ['x; =HYPERLINK("http://evil.example")', 'x; \'=HYPERLINK("http://evil.example")'],
    [' =1', " '=1"],
    ['"=1', '"\'=1'],
    ['＝1', "'＝1"],
    ['a;b;-1;+2;@c', "a;b;'-1;'+2;'@c"],
    ['port 25; a=b, x-y', 'port 25; a=b, x-y'],
  ])('makes %s harmless to one whose list separator is a semicolon', (said, written) => {
    const [first] = sampleReport.endpoints;
    if (first === undefined) throw new Error('the sample has endpoints');
    const [, row = []] = parse(render(csv, { ...sampleReport, endpoints: [{ ...first, summary: said }] }));
    expect(row[header.indexOf('summary')]).toBe(written);
    expect(
      row
        .join(',')
        .split(';')
        .filter((cell) => /^[\s"']*[=+\-@]/.test(cell) && !cell.trim().startsWith("'")),
    ).toEqual([]);
  });

  it('has no cell that begins as a formula', () => {
    for (const row of rows) for (const value of row) expect(value).not.toMatch(/^[=+\-@\t\r]/);
  });
});
