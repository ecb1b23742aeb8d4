import { describe, expect, it } from 'vitest';
import { EndpointReport, type ReportTail } from '../../../lib/engine/report-schema.ts';
import { concludedAnew, type ReadAloud, withReadAloud } from '../../../lib/engine/verdict/read-aloud.ts';
import type { ReadBack } from '../../../lib/kinds/listener/read-back-port.ts';

const idOf = (port: number): string => `listener://www.example.com:${port}`;
/** It answered, and no code was given. */
const endpoint = (port: number): EndpointReport =>
  EndpointReport.parse({
    id: idOf(port),
    target: 'www.example.com',
    kind: 'listener',
    host: 'www.example.com',
    port,
    expect: 'open',
    level: 'required',
    verdict: 'pass',
    summary: 'Something answers.',
    message: { key: 'listener.answers', params: {} },
    observations: [
      {
        vantage: 'local',
        address: '203.0.113.7',
        state: 'open',
        summary: 'Something answers.',
        startedAt: '2026-11-30T10:14:00.000Z',
        timings: { total: 1 },
        attempt: 1,
        evidence: {
          kind: 'listener',
          listener: { speech: 'line', status: 'unverified', read: { end: 'fin', bytes: 3, text: 'hi' } },
        },
      },
    ],
  });
const tail: ReportTail = {
  schema: 'inbound-check/report@1',
  id: 'a',
  startedAt: '2026-11-30T10:14:00.000Z',
  finishedAt: '2026-11-30T10:14:09.000Z',
  verdict: 'pass',
  summary: 'before',
  vantages: [],
  counts: { pass: 2, warn: 0, fail: 0, inconclusive: 0 },
};

function concluded(results: ReadAloud) {
  const reports = [80, 443].map((port) => withReadAloud(endpoint(port), results));
  return { reports, tail: concludedAnew(tail, reports) };
}
const right = { status: 'right', address: '203.0.113.7', attempt: 1 } as const;

describe('words that were read aloud, in the report', () => {
  it('make the headline "Read back" where all are right, and prove nothing', () => {
    const { reports, tail: end } = concluded(new Map([80, 443].map((port) => [idOf(port), right])));
    expect(end).toMatchObject({
      verdict: 'pass',
      counts: { pass: 2 },
      message: { key: 'verdict.runReadBack' },
    });
    expect(end.summary).toBe(
      'Read back: 2 ports. 2 endpoints checked, seen from one vantage only: 2 passed, no port proven, as no code was given.',
    );
    expect(reports[0]?.summary).toBe(
      'Something answers. Read back: the words that were sent to this port were read at the other end.',
    );
    expect(EndpointReport.parse(reports[0])).toEqual(reports[0]);
  });

  it('count those that are right where the rest was not read', () => {
    const { tail: end, reports } = concluded(new Map([[idOf(80), right]]));
    expect(end.verdict).toBe('pass');
    expect(end.summary).toMatch(/^All expectations are met: .*1 of 2 ports read back, no port proven/);
    expect(reports[1]).toEqual(endpoint(443));
  });

  it.each<[string, ReadBack, RegExp]>([
    ['misheard', { status: 'wrong' }, /^Not read back: .*one was misheard\. Something answers\.$/],
    [
      'of another port',
      { status: 'of-another-port', port: 80 },
      /^Not read back: .*were sent to port 80.*Something answers\.$/,
    ],
  ])('fail the port where they are %s', (_, wrong, sentence) => {
    const { reports, tail: end } = concluded(
      new Map<string, ReadBack>([
        [idOf(80), right],
        [idOf(443), wrong],
      ]),
    );
    expect(end).toMatchObject({ verdict: 'fail', counts: { pass: 1, fail: 1 } });
    expect(end.summary).toMatch(
      /^www\.example\.com: the words that were read are not those that were sent to 443\. .*1 of 2 ports read back/,
    );
    expect(reports.map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
    expect(reports[1]).toMatchObject({
      cause: 'path.words-differ',
      side: 'network',
      fix: expect.any(String),
    });
    expect(reports[1]?.summary).toMatch(sentence);
    expect(reports[1]?.furtherMessages).toEqual([{ key: 'listener.answers', params: {} }]);
  });
});
