import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../lib/stacks/configuration.ts';
import { DISTINCT_KM, distanceKm, nearPairs, regions } from '../../lib/stacks/regions.ts';

describe('regions', () => {
  it.each([
    ['eu-central-1', 'eu-west-1', 1_090],
    ['eu-west-2', 'eu-west-3', 340],
    ['us-east-1', 'ap-southeast-2', 15_700],
  ])('%s and %s are %d km apart, within 2 %', (one, other, km) => {
    const measured = distanceKm(one, other) ?? Number.NaN;
    expect(Math.abs(measured - km) / km).toBeLessThan(0.02);
    expect(distanceKm(other, one)).toBeCloseTo(measured, 6);
  });

  it('knows nothing of a region that is not listed', () => {
    expect(distanceKm('eu-central-1', 'xx-nowhere-1')).toBeUndefined();
    expect(nearPairs(['eu-central-1', 'xx-nowhere-1'])).toEqual([]);
  });

  it('names pairs that are too near to be two points of view', () => {
    expect(nearPairs(['eu-west-2', 'us-east-1', 'eu-west-3'])).toEqual([
      { one: 'eu-west-2', other: 'eu-west-3', km: 339 },
    ]);
  });

  it('by default there are five vantages on three continents, in regions that need no opt-in, each two far apart', () => {
    const configuration = parseConfiguration(() => undefined);
    const ids = configuration.ok ? configuration.value.vantageRegions : [];
    expect(ids).toHaveLength(5);
    expect(nearPairs(ids)).toEqual([]);
    const places = ids.map((id) => regions.get(id));
    expect(new Set(places.map((place) => place?.continent)).size).toBeGreaterThanOrEqual(3);
    expect(places.map((place) => place?.optIn)).toEqual([false, false, false, false, false]);
    expect(DISTINCT_KM).toBe(500);
  });
});
