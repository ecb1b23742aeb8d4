/**
 * The one text of a report as JSON. The same data always give the same bytes, so `verify` can say for every
 * byte of a signed file whether it is the one that was written.
 *
 * `report-text@1`: two columns of indent; in each object the keys of `FIRST` in that order, then the others by UTF-16
 * code units, then those of `LAST`; of the report itself `schema`, `id` and `startedAt`, the endpoints, and then the
 * others, which are known when the run ends; numbers and strings as in RFC 8785, but `<`, `>`, `&` and all invisible
 * characters (lib/model/unseen.ts) as \uXXXX; a line feed at the end. Unknown keys of later versions have their place by this
 * rule, too. A changed rule gets another name, `report-text@2`.
 */
import { escapeJson } from '../../model/unseen.ts';
import { withoutHalfPairs } from './canonical.ts';

/** It is in the signed data as `writing`. */
export const REPORT_TEXT = 'report-text@1';

const INDENT = 2;

/** Of the report itself, before the endpoints. */
const EARLY = ['schema', 'id', 'startedAt'] as const;

const FIRST = placeOf(
  'type id target vantage kind host port path address family attempt expect level finishedAt verdict state cause alsoFound side summary message fix key name at dir text',
);
const LAST = placeOf('evidence exchange observations signature');

function placeOf(keys: string): ReadonlyMap<string, number> {
  return new Map(keys.split(' ').map((key, index) => [key, index]));
}

/** Before the others: negative; among them: 0; after them: positive. */
function place(key: string): number {
  const first = FIRST.get(key);
  return first === undefined ? (LAST.get(key) ?? -1) + 1 : first - FIRST.size;
}

function byPlace(a: string, b: string): number {
  const between = place(a) - place(b);
  return between !== 0 ? between : a < b ? -1 : a > b ? 1 : 0;
}

/** The same data with keys in their order. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => byPlace(a, b));
  return Object.fromEntries(members.map(([key, item]) => [key, ordered(item)]));
}

/** A value as written inside its parent, `columns` in. */
const nested = (value: unknown, columns: number): string =>
  escapeJson(withoutHalfPairs(value, (whole) => JSON.stringify(ordered(whole), null, INDENT))).replaceAll(
    '\n',
    `\n${' '.repeat(columns)}`,
  );

export type Members = Readonly<Record<string, unknown>>;

const isEarly = (key: string): boolean => EARLY.some((early) => early === key);

/** `"key": value` lines of the report's own level; absent keys are left out, as JSON.stringify does. */
const lines = (members: Members, keys: readonly string[]): string =>
  keys
    .filter((key) => members[key] !== undefined)
    .map((key) => `  ${nested(key, 0)}: ${nested(members[key], INDENT)}`)
    .join(',\n');

export interface TextPieces {
  /** @param members `schema`, `id` and `startedAt` among them */
  begin(members: Members): string;
  endpoint(report: unknown): string;
  /** @param members all of the report except its endpoints */
  end(members: Members): string;
}

/** Writes a report piece by piece: only one endpoint is in memory. */
export function createTextPieces(): TextPieces {
  let endpoints = 0;
  return {
    begin: (members) => `{\n${lines(members, EARLY)},\n  "endpoints": [`,
    endpoint(report) {
      endpoints += 1;
      return `${endpoints > 1 ? ',' : ''}\n    ${nested(report, 2 * INDENT)}`;
    },
    end(members) {
      const keys = Object.keys(members).filter((key) => !isEarly(key) && key !== 'endpoints');
      return `${endpoints > 0 ? '\n  ' : ''}],\n${lines(members, keys.sort(byPlace))}\n}\n`;
    },
  };
}

/** The whole text of a report as plain data. */
export function reportText({
  endpoints,
  ...members
}: Members & { readonly endpoints: readonly unknown[] }): string {
  const write = createTextPieces();
  const pieces = [write.begin(members), ...endpoints.map((each) => write.endpoint(each)), write.end(members)];
  return pieces.join('');
}
