/** From which addresses a vantage was seen to connect, and how far that holds. */
import type { ReportTail } from '../../engine/report-schema.ts';
import { utc } from '../../model/units.ts';
import { isIP } from '../../net/ip.ts';
import { english, type PageWords } from '../language/english.ts';

type Vantage = ReportTail['vantages'][number];

/** `10:02:11 UTC`; text that is no time is returned unchanged. */
const timeOfDay = (iso: string): string => utc(iso).replace(/^\d{4}-\d\d-\d\d /, '');

/** Addresses that are known for all connections, or for one: `198.51.100.7`, `seen as 198.51.100.9 at 10:02:11 UTC`. */
const sourceList = ({ sourceAddress, seenAs = [] }: Vantage): string[] => [
  ...(sourceAddress === undefined ? [] : [sourceAddress]),
  ...seenAs.map(({ address, at }) => `seen as ${address} at ${timeOfDay(at)}`),
];

/** Where it stands, as the operator said; nothing where nobody did. */
export const positionWords = ({ position }: Vantage, words: PageWords = english): string[] =>
  position === undefined ? [] : [words.position[position] ?? position];

/** `eu-west-1 (seen as 198.51.100.9 at 10:02:11 UTC)`. */
export function withSources(vantage: Vantage): string {
  const sources = [...positionWords(vantage), ...sourceList(vantage)];
  return sources.length === 0 ? vantage.id : `${vantage.id} (${sources.join(', ')})`;
}

/** What an address that a reflector saw is worth, as half a sentence. */
export const seenMeaning = (kind: string, words: PageWords = english): string =>
  kind === 'local' || kind === 'site' ? words.seenByNamed : words.seenByOwn;

/** `source 198.51.100.7, seen at 10:02:11 UTC by our own reflector; …`; undefined: nothing was seen. */
export function seenPhrase({ kind, seenAs = [] }: Vantage, words: PageWords = english): string | undefined {
  if (seenAs.length === 0) return undefined;
  const seen = seenAs.map(({ address, at }) => words.seenAt(address, timeOfDay(at)));
  return `${words.source(seen.join(words.and))} ${seenMeaning(kind, words)}`;
}

/** The address that a reflector saw in the family of `to`, where one did. */
export const seenTowards = (to: string, seenAs: Vantage['seenAs'] = []): string | undefined =>
  seenAs.find(({ address }) => isIP(address) !== 0 && isIP(address) === isIP(to))?.address;
