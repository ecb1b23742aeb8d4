import { describe, expect, it } from 'vitest';
import { holdReports } from '../../../lib/cli/session/held-reports.ts';
import type { EndpointReport, ReportTail } from '../../../lib/engine/report-schema.ts';
import type { ReadAloud } from '../../../lib/engine/verdict/read-aloud.ts';

const report = {
  id: 'listener://a.example:443',
  kind: 'listener',
  host: 'a.example',
  port: 443,
  verdict: 'pass',
  summary: 'Something answers.',
  observations: [],
} as unknown as EndpointReport;
const end = {
  id: 'a',
  verdict: 'pass',
  summary: 'before',
  vantages: [] as ReportTail['vantages'],
} as ReportTail;

async function held(results: ReadAloud, signal = new AbortController().signal) {
  const seen: string[] = [];
  const { events, release } = holdReports(
    {
      endpoint: ({ verdict }) => void seen.push(`endpoint: ${verdict}`),
      end: ({ verdict }) => void seen.push(`end: ${verdict}`),
    },
    (reports) => {
      seen.push(`asked of ${reports.length}`);
      return Promise.resolve(results);
    },
  );
  events.endpoint(report);
  events.end(end);
  const tail = await release(signal);
  return { seen, tail };
}

describe('reports that wait for what is read aloud', () => {
  it('are written after the answers, with what they change', async () => {
    const { seen, tail } = await held(new Map([[report.id, { status: 'wrong' }]]));
    expect(seen).toEqual(['asked of 1', 'endpoint: fail', 'end: fail']);
    expect(tail?.verdict).toBe('fail');
  });

  it('are written as they were without an answer', async () => {
    const { seen, tail } = await held(new Map());
    expect(seen).toEqual(['asked of 1', 'endpoint: pass', 'end: pass']);
    expect(tail).toEqual(end);
  });

  it('are written without a question where the run was stopped', async () => {
    const { seen } = await held(new Map([[report.id, { status: 'wrong' }]]), AbortSignal.abort());
    expect(seen).toEqual(['endpoint: pass', 'end: pass']);
  });
});
