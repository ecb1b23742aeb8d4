/** Laws of alerts over any history of verdicts. */
import '../../property-seed.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EndpointReport } from '../../../lib/engine/report-schema.ts';
import type { ChangeEvent } from '../../../lib/model/change-event.ts';
import type { Announced } from '../../../lib/service/changes/announced.ts';
import { live, report, runOf } from './runs.ts';

const HOSTS = ['a.example', 'b.example', 'c.example'] as const;
const ENDPOINTS = HOSTS.flatMap((host) => [80, 443].map((port) => ({ host, port })));

const outcome = fc.constantFrom(
  { verdict: 'pass' as const },
  { verdict: 'warn' as const, cause: 'http.no-https-redirect' as const },
  { verdict: 'fail' as const, cause: 'tcp.filtered' as const },
  { verdict: 'fail' as const, cause: 'tcp.refused' as const },
  { verdict: 'fail' as const, cause: 'tls.cert-expired' as const },
  { verdict: 'inconclusive' as const },
);
/** Any of the endpoints, some of them left out, some sharing an address. */
const run: fc.Arbitrary<EndpointReport[]> = fc
  .tuple(
    ...ENDPOINTS.map(() =>
      fc.option(fc.record({ seen: outcome, address: fc.constantFrom('192.0.2.1', '192.0.2.2') })),
    ),
  )
  .map((all) =>
    all.flatMap((one, index) => {
      const endpoint = ENDPOINTS[index];
      return one === null || endpoint === undefined
        ? []
        : [report({ ...endpoint, address: one.address, ...one.seen })];
    }),
  );
const history = fc.array(run, { maxLength: 8 });

const nothingProven = (): EndpointReport[] =>
  ENDPOINTS.map((endpoint) => report({ ...endpoint, verdict: 'inconclusive' }));
const contents = (events: readonly ChangeEvent[]) =>
  events.map(({ kind, endpoints }) => [kind, endpoints.map(({ id }) => id)]);

it('reports each endpoint failing and recovered in turn, a cause only while it fails', () => {
  fc.assert(
    fc.property(history, (runs) => {
      for (const { host, port } of ENDPOINTS) {
        const id = `tcp://${host}:${port}`;
        const told = live(runs)
          .flat()
          .filter(({ endpoints }) => endpoints.some((one) => one.id === id))
          .map(({ kind }) => kind);
        let down = false;
        for (const kind of told) {
          expect(down).toBe(kind !== 'failing');
          down = kind !== 'recovered';
        }
      }
    }),
  );
});

it('says what the last proven run of each endpoint said', () => {
  fc.assert(
    fc.property(history, (runs) => {
      const told = live(runs).flat();
      for (const { host, port } of ENDPOINTS) {
        const id = `tcp://${host}:${port}`;
        const proven = runs.flat().filter((one) => one.id === id && one.verdict !== 'inconclusive');
        const last = told.filter(({ endpoints }) => endpoints.some((one) => one.id === id)).at(-1);
        expect(last !== undefined && last.kind !== 'recovered').toBe(proven.at(-1)?.verdict === 'fail');
        if (last?.kind !== 'recovered' && last !== undefined)
          expect(last.endpoints.find((one) => one.id === id)?.cause).toBe(proven.at(-1)?.cause);
      }
    }),
  );
});

it('is changed by no run that proves nothing, wherever it comes', () => {
  fc.assert(
    fc.property(history, fc.array(fc.nat({ max: 8 }), { maxLength: 4 }), (runs, places) => {
      const more = [...runs];
      for (const place of places) more.splice(Math.min(place, more.length), 0, nothingProven());
      expect(contents(live(more).flat())).toEqual(contents(live(runs).flat()));
    }),
  );
});

it('gives the same run the same events, and nothing new when it is reported already', () => {
  fc.assert(
    fc.property(history, run, (runs, last) => {
      let before: Announced | undefined;
      for (const [hour, one] of runs.entries()) before = runOf(hour, one, before).announced;
      const first = runOf(runs.length, last, before);
      expect(runOf(runs.length, last, before)).toEqual(first);
      expect(runOf(runs.length, last, first.announced).events).toEqual([]);
      expect(new Set(first.events.map(({ id }) => id)).size).toBe(first.events.length);
    }),
  );
});

it('loses no endpoint by putting together', () => {
  fc.assert(
    fc.property(history, run, (runs, last) => {
      let before: Announced | undefined;
      for (const [hour, one] of runs.entries()) before = runOf(hour, one, before).announced;
      const together = runOf(runs.length, last, before).events;
      const alone = last.flatMap((one) => runOf(runs.length, [one], before).events);
      const ids = (events: readonly ChangeEvent[]) =>
        events.flatMap(({ kind, endpoints }) => endpoints.map(({ id }) => `${kind} ${id}`)).sort();
      expect(ids(together)).toEqual(ids(alone));
      for (const { more } of together) expect(more).toBe(0);
    }),
  );
});
