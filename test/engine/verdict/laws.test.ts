/** Laws that hold for every set of observations. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EndpointReport } from '../../../lib/engine/report-schema.ts';
import { judgeEndpoint } from '../../../lib/engine/verdict/endpoint.ts';
import type { JudgedObservation } from '../../../lib/engine/verdict/judged.ts';
import { finding } from '../../../lib/kinds/contract/fault.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import { plainFault as fault } from '../../kinds/contract/plain-fault.ts';
import {
  dirtyVantage,
  endpoint,
  filtered,
  lookup,
  notSsh,
  nxdomain,
  open,
  refused,
  silent,
  unproven,
  vantage,
} from './sample.ts';

const VANTAGES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const facts = VANTAGES.map((id) => (id === 'g' ? dirtyVantage(id) : vantage(id)));

const where = fc.record({
  vantage: fc.constantFrom(...VANTAGES),
  address: fc.constantFrom('203.0.113.10', '203.0.113.11', '2001:db8::10'),
  attempt: fc.integer({ min: 1, max: 3 }),
});
const observationOf: fc.Arbitrary<JudgedObservation> = fc
  .tuple(
    where,
    fc.constantFrom(
      open,
      (at: Parameters<typeof open>[0]) => open(at, [fault('tls.cert-expired', 'expired')]),
      (at: Parameters<typeof open>[0]) =>
        open(at, [fault('tls.cert-expires-soon', 'soon', { severity: 'warn' })]),
      refused,
      filtered,
      silent,
      notSsh,
      nxdomain,
      (at: Parameters<typeof lookup>[1]) => lookup(finding('open', [], { summary: 'resolved' }), at),
      (at: Parameters<typeof unproven>[1]) => unproven('prober.no-control', at),
      (at: Parameters<typeof unproven>[1]) => unproven('prober.no-ipv6', at),
    ),
  )
  .map(([at, make]) => make(at));

/** One observation for each vantage, address, attempt and layer, as a run makes them. */
const runOf = fc.uniqueArray(observationOf, {
  maxLength: 25,
  selector: ({ vantage: id, observation, attempt }) => `${id} ${observation.address} ${attempt}`,
});

const endpointOf: fc.Arbitrary<Endpoint> = fc
  .record({
    expect: fc.constantFrom('open' as const, 'closed' as const),
    level: fc.constantFrom('required' as const, 'recommended' as const),
    restricted: fc.constantFrom('no' as const, 'warn' as const, 'listed' as const),
  })
  .map(({ restricted, ...rest }) =>
    endpoint({
      ...rest,
      ...(restricted === 'warn' && { warnIfPublic: true }),
      ...(restricted === 'listed' && { allowListedVantages: ['a', 'b'] }),
    }),
  );

const shuffledRun = runOf.chain((run) =>
  fc.tuple(
    fc.constant(run),
    fc.shuffledSubarray(run, { minLength: run.length }),
    fc.shuffledSubarray(facts, { minLength: facts.length }),
  ),
);

/** Does this observation alone meet the expectation, warnings allowed? */
const passesAlone = (target: Endpoint, one: JudgedObservation): boolean =>
  ['pass', 'warn'].includes(judgeEndpoint({ ...target, level: 'required' }, [one], facts).verdict);

describe('judgeEndpoint', () => {
  test('gives the same report in whatever order vantages and observations come', () => {
    fc.assert(
      fc.property(endpointOf, shuffledRun, (target, [run, shuffled, shuffledFacts]) => {
        expect(judgeEndpoint(target, shuffled, shuffledFacts)).toEqual(judgeEndpoint(target, run, facts));
      }),
    );
  });

  // Look-ups are apart: one that works later takes a failed one back without being a pass itself.
  test('never turns a failure into a pass by evidence that is no pass', () => {
    fc.assert(
      fc.property(endpointOf, runOf, observationOf, (target, withLookups, more) => {
        const run = withLookups.filter(({ observation }) => observation.kind !== 'dns');
        const sameAttempt = (one: JudgedObservation) =>
          one.vantage === more.vantage &&
          one.observation.address === more.observation.address &&
          one.attempt === more.attempt;
        fc.pre(more.observation.kind !== 'dns' && !run.some(sameAttempt));
        const before = judgeEndpoint(target, run, facts).verdict;
        const after = judgeEndpoint(target, [...run, more], facts).verdict;
        if (before === 'fail' && after !== 'fail') expect(passesAlone(target, more)).toBe(true);
      }),
    );
  });

  test('never passes without an observation that passes', () => {
    fc.assert(
      fc.property(endpointOf, runOf, (target, run) => {
        const { verdict } = judgeEndpoint({ ...target, level: 'required' }, run, facts);
        if (verdict === 'pass') expect(run.some((one) => passesAlone(target, one))).toBe(true);
      }),
    );
  });

  test('never calls a port closed when a clean vantage got bytes from it', () => {
    fc.assert(
      fc.property(runOf, (run) => {
        const target = endpoint({ expect: 'closed' });
        const gotBytes = run.some(
          ({ vantage: id, observation }) =>
            id !== 'g' &&
            ((observation.kind === 'tcp' && (observation.read?.bytes ?? 0) > 0) ||
              (observation.kind === 'ssh' && (observation.ssh?.read.bytes ?? 0) > 0)),
        );
        if (gotBytes)
          expect(judgeEndpoint(target, run, facts)).toMatchObject({
            verdict: 'fail',
            cause: 'exposure.open-but-must-be-closed',
          });
      }),
    );
  });

  test('always gives a report of the schema, with a cause for all but a pass, and a sentence', () => {
    fc.assert(
      fc.property(endpointOf, runOf, (target, run) => {
        const report = judgeEndpoint(target, run, facts);
        expect(EndpointReport.parse(report)).toEqual(report);
        expect(report.cause === undefined).toBe(report.verdict === 'pass');
        expect(report.side === undefined).toBe(report.verdict === 'pass');
        expect(report.summary).toMatch(/\S.*\.$/s);
        expect(report.alsoFound ?? []).not.toContain(report.cause);
        expect(new Set(report.alsoFound).size).toBe(report.alsoFound?.length ?? 0);
      }),
    );
  });
});
