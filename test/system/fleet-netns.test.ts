/**
 * The deployed fleet, with its probers at different places of a network: each region's function runs in a namespace of
 * the fault lab, and the customer's firewall distinguishes them by source address. Everything else is the rig's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../lib/engine/report-schema.ts';
import { readAssembly, synthesize } from '../fleet-rig/assembly.ts';
import { bundleHandler } from '../fleet-rig/bundle.ts';
import { type Execution, type Rig, startRig } from '../fleet-rig/rig.ts';
import { reportOf, VANTAGES } from '../fleet-rig/run-results.ts';
import { request } from '../fleet-rig/site.ts';
import { NEGATIVE_ADDRESS, RESOLVERS, type VantageId } from '../lab/address-plan.ts';
import { type LabCase, type Site, site } from '../lab/case.ts';
import { denyList, drop, reject } from '../lab/faults/filter.ts';
import { greeter } from '../lab/faults/scripted-peers.ts';
import { namespaceName, whyNoLab } from '../lab/namespaces.ts';
import { type Lab, setUp } from '../lab/topology.ts';

/** Where each region's prober runs, and the source address that its packets have. */
const PLACES: Readonly<Record<(typeof VANTAGES)[number], VantageId>> = {
  'eu-central-1': 'v1',
  'eu-west-1': 'v2',
  'us-east-1': 'v3',
  'us-west-2': 'v4',
  'ap-southeast-1': 'v5',
};
const BLOCKED = 'us-east-1';
const PORT = 2121;

function labCase(id: string, title: string, ...parts: readonly Site[]): LabCase {
  return {
    id,
    title,
    site: site(...parts, greeter(PORT, '220 ready\r\n')),
    endpoint: { kind: 'tcp', port: PORT },
    expected: { verdict: 'pass', state: 'open' },
  };
}

const cases = [
  labCase('fleet-open', 'Open to all'),
  labCase('fleet-blocked', 'One source address is swallowed', denyList([PLACES[BLOCKED]])),
  labCase('fleet-dropped', 'All are swallowed', drop()),
  labCase('fleet-rejected', 'All are rejected', reject('tcp reset')),
];

const whyNot = whyNoLab();

describe.skipIf(whyNot !== undefined && !process.env.CI)(
  `the fleet in network namespaces${whyNot ? ` (${whyNot})` : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'fleet-netns-'));
    let lab: Lab;
    let rig: Rig;
    let run: Execution;
    let report: Report;

    beforeAll(async () => {
      const assembly = join(folder, 'cdk.out');
      const [set, proberBundle] = await Promise.all([
        setUp(cases),
        bundleHandler('prober-entry.ts', folder),
        synthesize(assembly),
      ]);
      lab = set.lab;
      rig = await startRig({
        assembly: readAssembly(assembly),
        proberBundle,
        // The rig's S3 is not in the probers' namespaces: they would end, since they could not see a stop.
        variables: { RIG_STOP_EVERY_MS: '600000' },
        prefix: (region) => {
          const place = Object.entries(PLACES).find(([id]) => id === region)?.[1];
          return place && ['ip', 'netns', 'exec', namespaceName(place)];
        },
      });
      const check = [...set.places.values()].map(({ host }) => `tcp://${host}:${PORT}`);
      const asked = request('netns', [{ name: 'Lab', check }], {
        settings: {
          dns: [...RESOLVERS],
          control: [`${PORT}=control.lab.test:${PORT}`],
          negativeControl: NEGATIVE_ADDRESS,
          family: '4',
        },
      });
      run = await rig.start('check', 'netns', asked, { pace: { waits: { WaitBeforeConfirming: 100 } } });
      report = await reportOf(rig, 'netns');
    });

    afterAll(async () => {
      await rig?.stop();
      lab?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const endpoint = (id: string) => {
      const found = report.endpoints.find(({ host }) => host.startsWith(`${id}.`));
      if (found === undefined) throw new Error(`the report has no ${id}`);
      return found;
    };

    it('ends, and every vantage proved its own way out', () => {
      expect(run.status).toBe('SUCCEEDED');
      expect(report.vantages.map(({ id }) => id).sort()).toEqual([...VANTAGES].sort());
      for (const { controls, negativeControl } of report.vantages) {
        expect(controls).toContainEqual(expect.objectContaining({ port: PORT, ok: true }));
        expect(negativeControl).toMatchObject({ clean: true });
      }
    });

    it('passes what all vantages reach, each from an address of its own', () => {
      const { verdict, observations } = endpoint('fleet-open');
      expect(verdict).toBe('pass');
      const sources = Object.fromEntries(
        observations.map(({ vantage, localAddress }) => [vantage, localAddress]),
      );
      expect(sources).toEqual(
        Object.fromEntries(VANTAGES.map((id) => [id, `10.77.${PLACES[id].slice(1)}.2`])),
      );
    });

    it('names the one vantage that a firewall keeps out', () => {
      const { verdict, summary, observations } = endpoint('fleet-blocked');
      expect(verdict).toBe('warn');
      expect(summary).toContain(BLOCKED);
      const states = new Map(observations.map(({ vantage, state }) => [vantage, state]));
      expect([...states].filter(([, state]) => state !== 'open')).toEqual([[BLOCKED, 'filtered']]);
      // It was tried twice from there, and once from where it was open.
      expect(observations.filter(({ vantage }) => vantage === BLOCKED)).toHaveLength(2);
      expect(observations).toHaveLength(VANTAGES.length + 1);
    });

    it.each([
      ['fleet-dropped', 'tcp.filtered', 'filtered'],
      ['fleet-rejected', 'tcp.refused', 'closed'],
    ])('fails %s by %s from everywhere', (id, cause, state) => {
      const { verdict, cause: found, observations } = endpoint(id);
      expect([verdict, found]).toEqual(['fail', cause]);
      expect(new Set(observations.map((seen) => seen.state))).toEqual(new Set([state]));
      expect(new Set(observations.map(({ vantage }) => vantage))).toEqual(new Set(VANTAGES));
    });
  },
);
