/** Laws of whole runs: the order of endpoints and the number of them at a time change nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EndpointReport } from '../../lib/engine/report-schema.ts';
import { judgeRun } from '../../lib/engine/verdict/run.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import { countVerdicts } from '../../lib/model/verdict-counts.ts';
import { Verdict } from '../../lib/model/vocabulary.ts';
import { check } from '../engine/run/check.ts';
import {
  endpoint,
  type FakeProbe,
  fakeWorld,
  seenBareConnect,
  seenRefused,
  seenSilent,
  settings,
  tcpSeen,
} from '../engine/run/fakes.ts';

/** What is found at an endpoint follows from its port, so that it is the same in whatever order it is asked. */
const FOUND: readonly FakeProbe[] = [
  async (spec) => tcpSeen(spec),
  async (spec) => seenRefused(spec),
  async (spec) => seenSilent(spec),
  async (spec) => seenBareConnect(spec),
  async () => {
    throw new Error('a bug in a probe');
  },
];
const probe: FakeProbe = (spec, context) =>
  (FOUND[spec.port % FOUND.length] ?? FOUND[0] ?? probe)(spec, context);

const endpoints: fc.Arbitrary<Endpoint[]> = fc.uniqueArray(
  fc
    .record({
      port: fc.integer({ min: 1, max: 40 }),
      expect: fc.constantFrom('open' as const, 'closed' as const),
      level: fc.constantFrom('required' as const, 'recommended' as const),
      host: fc.constantFrom('203.0.114.10', 'two.example', 'gone.example', '10.0.0.1'),
    })
    .map(endpoint),
  { selector: ({ id }) => id, minLength: 1, maxLength: 12 },
);
const names = { 'two.example': ['203.0.114.20', '203.0.114.21'] };

/** A report without what the clock says. */
const timeless = (report: EndpointReport): unknown =>
  JSON.parse(
    JSON.stringify(report, (key, value: unknown) =>
      ['startedAt', 'timings', 'at', 'ms', 'exchange'].includes(key) ? undefined : value,
    ),
  );
const byId = (reports: readonly EndpointReport[]): unknown[] =>
  [...reports].sort((a, b) => (a.id < b.id ? -1 : 1)).map(timeless);

describe('a run', () => {
  it('gives the same verdict in whatever order its endpoints come, and however many at a time', async () => {
    const shuffled = endpoints.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.constantFrom(1, 3, 64),
      ),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([inOrder, mixed, concurrency]) => {
        const first = await check(inOrder, probe, fakeWorld({ names }));
        const second = await check(mixed, probe, fakeWorld({ names }), {
          settings: settings({ concurrency }),
        });
        expect(second.tail.verdict).toBe(first.tail.verdict);
        expect(second.tail.counts).toEqual(first.tail.counts);
        expect(byId(second.reports)).toEqual(byId(first.reports));
      }),
      { numRuns: 40 },
    );
  });

  it('is no better than the run without one more endpoint, unless that one is', async () => {
    await fc.assert(
      fc.asyncProperty(endpoints, async (all) => {
        const [, ...fewer] = all;
        const whole = await check(all, probe, fakeWorld({ names }));
        const part = await check(fewer, probe, fakeWorld({ names }));
        if (part.tail.verdict === 'fail') expect(whole.tail.verdict).toBe('fail');
        if (whole.tail.verdict === 'pass')
          expect(whole.reports.every(({ verdict }) => verdict === 'pass')).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('judgeRun', () => {
  const counts = fc.record(
    Object.fromEntries(Verdict.options.map((verdict) => [verdict, fc.nat(3)])) as Record<
      Verdict,
      fc.Arbitrary<number>
    >,
  );

  it('passes only what passed altogether, and something did', () => {
    fc.assert(
      fc.property(counts, (all) => {
        const verdict = judgeRun(all);
        if (verdict === 'pass') expect(all).toEqual({ ...countVerdicts(), pass: all.pass });
        if (verdict === 'pass') expect(all.pass).toBeGreaterThan(0);
        if (all.fail > 0) expect(verdict).toBe('fail');
      }),
    );
  });
});
