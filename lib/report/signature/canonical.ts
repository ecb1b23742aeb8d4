/** The one text of a report's data: canonical JSON (RFC 8785), which is what signatures sign. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Hex, of the pieces one after the other. */
export function sha256(...pieces: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** RFC 8785 §3.2.2.2 forbids half surrogate pairs, which UTF-8 can't encode; they become U+FFFD, as an encoder writes them. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

function repaired(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(repaired);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [wellFormed(key), repaired(item)]));
}

const HALF_PAIR = /\\ud[89a-f][0-9a-f]{2}/i;

/**
 * JSON text that `write` makes of a value, with U+FFFD for each half of a surrogate pair. The value is copied only where the
 * text may have one: JSON.stringify writes each as its number.
 */
export function withoutHalfPairs(value: unknown, write: (value: unknown) => string): string {
  const text = write(value);
  return HALF_PAIR.test(text) ? write(repaired(value)) : text;
}

/** Canonical JSON of plain data. Throws for what JSON can't hold (NaN, cycles), which is a bug of the caller. */
export function canonicalJson(value: unknown): string {
  const text = canonical(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

function canonical(value: unknown): string | undefined {
  try {
    return canonicalize(value);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('Lone surrogate')) throw error;
    return canonicalize(repaired(value));
  }
}

/** `canonicalJson` of `{...members, endpoints}`, piece by piece: only one endpoint is in memory. */
export function* canonicalPieces(
  members: Readonly<Record<string, unknown>>,
  endpoints: Iterable<unknown>,
): Generator<string> {
  const [before, after] = aroundEndpoints(members);
  yield `{${before.map((text) => `${text},`).join('')}"endpoints":[`;
  let comma = '';
  for (const endpoint of endpoints) {
    yield `${comma}${canonicalJson(endpoint)}`;
    comma = ',';
  }
  yield `]${after.map((text) => `,${text}`).join('')}}`;
}

/** `"key":value` of each member, in order: those that come before `endpoints`, and those that come after. */
function aroundEndpoints(members: Readonly<Record<string, unknown>>): [string[], string[]] {
  const written = Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, text: `${canonicalJson(key)}:${canonicalJson(value)}` }));
  const texts = (keep: (key: string) => boolean): string[] =>
    written.filter(({ key }) => keep(key)).map(({ text }) => text);
  return [texts((key) => key < 'endpoints'), texts((key) => key > 'endpoints')];
}

export interface ReportDigest {
  /** Endpoints in the order of the report. */
  endpoint(report: unknown): void;
  /** SHA-256, hex, of the canonical JSON of `members` with the endpoints among them. */
  end(members: Readonly<Record<string, unknown>>): string;
}

/**
 * The digest of a report that is written piece by piece: only one endpoint is in memory.
 *
 * @param head members known at the start, among them all whose key sorts before `endpoints`
 */
export function createReportDigest(head: Readonly<Record<string, unknown>>): ReportDigest {
  const hash = createHash('sha256');
  const [before] = aroundEndpoints(head);
  hash.update(`{${before.map((text) => `${text},`).join('')}"endpoints":[`);
  let count = 0;
  return {
    endpoint(report) {
      hash.update(`${count > 0 ? ',' : ''}${canonicalJson(report)}`);
      count += 1;
    },
    end(all) {
      const late = Object.keys(all).find((key) => key < 'endpoints' && !Object.hasOwn(head, key));
      if (late !== undefined) throw new TypeError(`${late} has to be known before the first endpoint`);
      const [, after] = aroundEndpoints(all);
      return hash.update(`]${after.map((text) => `,${text}`).join('')}}`).digest('hex');
    },
  };
}
