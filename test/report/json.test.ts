import { describe, expect, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { json } from '../../lib/report/json.ts';
import { jsonl } from '../../lib/report/jsonl.ts';
import { canonicalJson } from '../../lib/report/signature/canonical.ts';
import { moments, render, sampleReport } from './sample-report.ts';

describe('json', () => {
  it('is the whole report, with every text as the peer sent it, but for halves of surrogate pairs', () => {
    expect(Report.parse(JSON.parse(render(json)))).toEqual(JSON.parse(canonicalJson(sampleReport)));
  });

  it('is printed as JSON.stringify would print it', () => {
    const plain = { ...sampleReport, endpoints: sampleReport.endpoints.slice(0, 2), vantages: [] };
    const text = render(json, plain);
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
  });

  it('is JSON without endpoints and with `partial`', () => {
    const text = render(json, { ...sampleReport, endpoints: [], partial: true });
    expect(JSON.parse(text)).toMatchObject({ endpoints: [], partial: true, verdict: 'fail' });
  });
});

describe('jsonl', () => {
  it('is a head, a line per endpoint and a tail with counts', () => {
    const lines = render(jsonl)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual([
      'head',
      ...sampleReport.endpoints.map(() => 'endpoint'),
      'tail',
    ]);
    const { type: _type, ...first } = lines[1];
    expect(first).toEqual(sampleReport.endpoints[0]);
    expect(lines.at(-1)).toMatchObject({ verdict: 'fail', counts: moments(sampleReport).tail.counts });
  });
});
