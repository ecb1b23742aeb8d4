/** From which addresses a vantage was seen to connect, and how far that holds. */
import type { ReportTail } from '../../engine/report-schema.ts';
import { utc } from '../../model/units.ts';
import { isIP } from '../../net/ip.ts';

type Vantage = ReportTail['vantages'][number];

/** `10:02:11 UTC`; text that is no time is returned unchanged. */
const timeOfDay = (iso: string): string => utc(iso).replace(/^\d{4}-\d\d-\d\d /, '');

/** Addresses that are known for all connections, or for one: `198.51.100.7`, `seen as 198.51.100.9 at 10:02:11 UTC`. */
const sourceList = ({ sourceAddress, seenAs = [] }: Vantage): string[] => [
  ...(sourceAddress === undefined ? [] : [sourceAddress]),
  ...seenAs.map(({ address, at }) => `seen as ${address} at ${timeOfDay(at)}`),
];

/** Where it stands, as the operator said; nothing where nobody did. */
export const positionWords = ({ position }: Vantage): string[] =>
  position === undefined ? [] : [POSITIONS[position] ?? position];

const POSITIONS: Readonly<Record<string, string>> = {
  internet: 'on the internet',
  'allow-listed': 'on the allow-list',
  inside: 'inside the network',
};

/** `eu-west-1 (seen as 198.51.100.9 at 10:02:11 UTC)`. */
export function withSources(vantage: Vantage): string {
  const sources = [...positionWords(vantage), ...sourceList(vantage)];
  return sources.length === 0 ? vantage.id : `${vantage.id} (${sources.join(', ')})`;
}

/** What an address that a reflector saw is worth, as half a sentence. */
export const seenMeaning = (kind: string): string =>
  kind === 'local' || kind === 'site'
    ? 'by the reflector that was named; another connection may use another'
    : 'by our own reflector; AWS may use another for another connection';

/** `source 198.51.100.7, seen at 10:02:11 UTC by our own reflector; …`; undefined: nothing was seen. */
export function seenPhrase({ kind, seenAs = [] }: Vantage): string | undefined {
  if (seenAs.length === 0) return undefined;
  const seen = seenAs.map(({ address, at }) => `${address}, seen at ${timeOfDay(at)}`);
  return `source ${seen.join(', and ')} ${seenMeaning(kind)}`;
}

/** The address that a reflector saw in the family of `to`, where one did. */
export const seenTowards = (to: string, seenAs: Vantage['seenAs'] = []): string | undefined =>
  seenAs.find(({ address }) => isIP(address) !== 0 && isIP(address) === isIP(to))?.address;
