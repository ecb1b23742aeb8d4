/**
 * Where AWS regions are, so that vantages are known to be far apart: the CA/Browser Forum counts perspectives as
 * distinct at 500 km (BR §3.2.2.9). Coordinates are those of the city that AWS names, which is near enough for that.
 * Source: AWS, "AWS Regions", General Reference. A region that is not listed here can be used all the same.
 */

export type Continent = 'Africa' | 'Asia' | 'Europe' | 'North America' | 'Oceania' | 'South America';

export interface Region {
  readonly place: string;
  readonly continent: Continent;
  /** Degrees, north and east positive. */
  readonly latitude: number;
  readonly longitude: number;
  /** Must be enabled in the account before anything can be deployed there. */
  readonly optIn: boolean;
}

type Row = [id: string, place: string, continent: Continent, latitude: number, longitude: number, optIn?: 1];

const ROWS: readonly Row[] = [
  ['af-south-1', 'Cape Town', 'Africa', -33.9, 18.4, 1],
  ['ap-east-1', 'Hong Kong', 'Asia', 22.3, 114.2, 1],
  ['ap-east-2', 'Taipei', 'Asia', 25.0, 121.5, 1],
  ['ap-northeast-1', 'Tokyo', 'Asia', 35.7, 139.7],
  ['ap-northeast-2', 'Seoul', 'Asia', 37.6, 127.0],
  ['ap-northeast-3', 'Osaka', 'Asia', 34.7, 135.5],
  ['ap-south-1', 'Mumbai', 'Asia', 19.1, 72.9],
  ['ap-south-2', 'Hyderabad', 'Asia', 17.4, 78.5, 1],
  ['ap-southeast-1', 'Singapore', 'Asia', 1.3, 103.8],
  ['ap-southeast-2', 'Sydney', 'Oceania', -33.9, 151.2],
  ['ap-southeast-3', 'Jakarta', 'Asia', -6.2, 106.8, 1],
  ['ap-southeast-4', 'Melbourne', 'Oceania', -37.8, 145.0, 1],
  ['ap-southeast-5', 'Kuala Lumpur', 'Asia', 3.1, 101.7, 1],
  ['ap-southeast-7', 'Bangkok', 'Asia', 13.8, 100.5, 1],
  ['ca-central-1', 'Montreal', 'North America', 45.5, -73.6],
  ['ca-west-1', 'Calgary', 'North America', 51.0, -114.1, 1],
  ['eu-central-1', 'Frankfurt', 'Europe', 50.1, 8.7],
  ['eu-central-2', 'Zurich', 'Europe', 47.4, 8.5, 1],
  ['eu-north-1', 'Stockholm', 'Europe', 59.3, 18.1],
  ['eu-south-1', 'Milan', 'Europe', 45.5, 9.2, 1],
  ['eu-south-2', 'Zaragoza', 'Europe', 41.6, -0.9, 1],
  ['eu-west-1', 'Dublin', 'Europe', 53.3, -6.3],
  ['eu-west-2', 'London', 'Europe', 51.5, -0.1],
  ['eu-west-3', 'Paris', 'Europe', 48.9, 2.4],
  ['il-central-1', 'Tel Aviv', 'Asia', 32.1, 34.8, 1],
  ['me-central-1', 'Dubai', 'Asia', 25.2, 55.3, 1],
  ['me-south-1', 'Manama', 'Asia', 26.2, 50.6, 1],
  ['mx-central-1', 'Querétaro', 'North America', 20.6, -100.4, 1],
  ['sa-east-1', 'São Paulo', 'South America', -23.6, -46.6],
  ['us-east-1', 'Northern Virginia', 'North America', 39.0, -77.5],
  ['us-east-2', 'Columbus', 'North America', 40.0, -83.0],
  ['us-west-1', 'San Francisco', 'North America', 37.4, -121.9],
  ['us-west-2', 'Boardman', 'North America', 45.8, -119.7],
];

export const regions: ReadonlyMap<string, Region> = new Map(
  ROWS.map(([id, place, continent, latitude, longitude, optIn]) => [
    id,
    { place, continent, latitude, longitude, optIn: optIn === 1 },
  ]),
);

/** Kilometres between two vantages that count as distinct (CA/Browser Forum BR §3.2.2.9). */
export const DISTINCT_KM = 500;

const EARTH_RADIUS_KM = 6_371;

/** Great-circle distance in km; undefined when one of the regions is not listed. */
export function distanceKm(one: string, other: string): number | undefined {
  const a = regions.get(one);
  const b = regions.get(other);
  if (a === undefined || b === undefined) return undefined;
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const haversine = (from: number, to: number): number => Math.sin(radians(to - from) / 2) ** 2;
  const h =
    haversine(a.latitude, b.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * haversine(a.longitude, b.longitude);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(h));
}

/** Pairs of regions that are too near each other to count as two vantages. */
export function nearPairs(ids: readonly string[]): { one: string; other: string; km: number }[] {
  return ids.flatMap((one, index) =>
    ids.slice(index + 1).flatMap((other) => {
      const km = distanceKm(one, other);
      return km !== undefined && km < DISTINCT_KM ? [{ one, other, km: Math.round(km) }] : [];
    }),
  );
}
