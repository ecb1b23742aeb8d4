import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { computeCosts, runUsd } from '../../../lib/stacks/cost/costs.ts';
import { addressCost, total } from '../../../lib/stacks/cost/estimate.ts';
import { type CostPageInput, costPage } from '../../../lib/stacks/cost/page.ts';
import { type Price, prices } from '../../../lib/stacks/cost/prices.ts';
import { Template } from '../../../lib/stacks/cost/template.ts';
import { Workload } from '../../../lib/stacks/cost/workload.ts';
import { plainFleet, synthesize } from '../synthesized.ts';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
const workload = Workload.parse(JSON.parse(read('lib/stacks/cost/workload.json')));

function inputOf(fleet: ReturnType<typeof plainFleet>): CostPageInput {
  const { fleetName, retentionDays } = fleet.configuration;
  return {
    control: Template.parse(fleet.controlTemplate.toJSON()),
    probes: [...fleet.probes.keys()].map((region) => Template.parse(fleet.probeTemplate(region).toJSON())),
    workload,
    fleetName,
    retentionDays,
    sweepTargets: 10_000,
  };
}
const input = inputOf(plainFleet());
const costs = computeCosts(input);

describe('what it costs', () => {
  it('docs/cost.md is what the templates, the workload and the prices say now (npm run cost)', () => {
    expect(read('docs/cost.md')).toBe(costPage(input));
  });

  it('a check of one target from five vantages costs less than 0.00085 dollars, transitions more than anything else', () => {
    expect(costs.vantages).toBe(5);
    expect(runUsd(costs.check)).toBeLessThan(0.00085);
    const transitions = costs.check.find(({ price }) => price === 'transition');
    expect(transitions?.usd).toBeCloseTo(15 * 0.000025, 9);
    expect(Math.max(...costs.check.map(({ usd }) => usd))).toBe(transitions?.usd);
  });

  it('a target in a sweep makes less than one transition and costs a seventh of a check', () => {
    expect(costs.targetsPerChild).toBe(20);
    expect(costs.childTransitions / costs.targetsPerChild).toBeLessThan(1);
    expect(runUsd(costs.child) / costs.targetsPerChild).toBeLessThan(runUsd(costs.check) / 7);
  });

  it('25 children at a time are done with 10,000 targets in an hour, even if each fails once and is confirmed', () => {
    const ms = workload.sweepFunctionMs;
    const [slowestBatch, pause] = [30_000 * 2, 30_000];
    const child =
      ms.plan + ms.judge * 2 + ms.report + ms.publish + 2 * (slowestBatch + ms.dispatcher) + pause;
    expect((10_000 / costs.targetsPerChild / 25) * child).toBeLessThan(3_600_000);
  });

  it('adds up what its lines say', () => {
    for (const { quantity, price, usd } of [...costs.check, ...costs.child, ...costs.standing, ...costs.used])
      expect(usd).toBeCloseTo(quantity * prices[price].usd, 12);
    expect(total(costs.check)).toBeCloseTo(
      costs.check.reduce((sum, { usd }) => sum + usd, 0),
      12,
    );
    const probers = costs.check.find(({ what }) => what === 'Probers');
    expect(probers?.quantity).toBeCloseTo((5 * workload.functionMs.prober) / 1_000, 9);
  });

  it('follows the templates: another vantage is one more item, with a fixed address or not', () => {
    const six = computeCosts(
      inputOf(
        synthesize({
          vantageRegions: [
            'eu-central-1',
            'eu-west-1',
            'us-east-1',
            'us-west-2',
            'ap-southeast-1',
            'sa-east-1',
          ],
        }),
      ),
    );
    expect(six.checkTransitions).toBe(costs.checkTransitions + 1);
    const fixed = computeCosts(inputOf(synthesize({ smtpVantages: ['eu-central-1'] })));
    expect(fixed.checkTransitions).toBe(costs.checkTransitions);
    const metrics = (of: typeof costs): unknown => of.used.find(({ price }) => price === 'metric')?.quantity;
    expect([metrics(costs), metrics(fixed)]).toEqual([17, 18]);
  });

  it('has a vantage that judges IPv6 as an extra, which adds one item to a check and nothing to an idle month', () => {
    const ipv6 = computeCosts(inputOf(synthesize({ ipv6Vantages: ['eu-central-1'] })));
    expect(ipv6.vantages).toBe(5);
    expect(ipv6.checkTransitions).toBe(costs.checkTransitions);
    expect(ipv6.ipv6VantageUsd).toBe(costs.ipv6VantageUsd);
    expect(total(ipv6.standing)).toBe(total(costs.standing));
    // A transition, a prober, a dispatcher and what they write; deploy.md says so much.
    expect(costs.ipv6VantageUsd.toPrecision(1)).toBe('0.00009');
    expect(read('docs/deploy.md')).toContain('some 0.00009 dollars a vantage and check');
  });

  it('counts what an idle month has: the composite alarm, the watchdog and what it publishes', () => {
    expect(costs.standing.map(({ what, quantity }) => [what, quantity])).toEqual(
      expect.arrayContaining([
        ['Composite alarm', 1],
        ['Metrics of the watchdog', 3],
        ['Its invocations', 8_760],
      ]),
    );
  });

  it('counts a question of a site vantage every ten seconds, and vantages.md names the sum', () => {
    expect(costs.siteVantage[0]).toMatchObject({ price: 'apiRequest', quantity: 262_800 });
    const [, named] = /\[some (\d+\.\d+) dollars a month\]\(cost\.md/.exec(read('docs/vantages.md')) ?? [];
    expect(named).toBe(total(costs.siteVantage).toFixed(1));
  });

  it('says of each price that differs from us-east-1’s what it rests on, and deploy.md names that of an address', () => {
    for (const price of Object.values(prices) as Price[])
      if (price.usEast1 !== undefined) expect(price.basis).toBeDefined();
    const [, named] = /\[(\d+\.\d+) dollars a month\]\(cost\.md\)/.exec(read('docs/deploy.md')) ?? [];
    expect(named).toBe(total(addressCost(1)).toFixed(2));
  });

  it('names a source for each price', () => {
    for (const { usd, source } of Object.values(prices)) {
      expect(usd).toBeGreaterThan(0);
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/.*pricing/);
    }
  });
});
