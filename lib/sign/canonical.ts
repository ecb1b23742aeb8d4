/** The one text of a report's data: canonical JSON (RFC 8785), over which signatures go. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** RFC 8785 §3.2.2.2 forbids half surrogate pairs, which have no UTF-8; they become U+FFFD, as an encoder writes them. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

/** A text beyond the encoder's reach is rare: the value is copied only when there is one. */
function repaired(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(repaired);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [wellFormed(key), repaired(item)]));
}

/** Canonical JSON of plain data. Throws for what JSON can't hold (NaN, cycles), which is a bug of the caller. */
export function canonicalJson(value: unknown): string {
  const halfPair = /\\ud[89a-f][0-9a-f]{2}/i.test(JSON.stringify(value) ?? '');
  const text = canonicalize(halfPair ? repaired(value) : value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

export interface ReportDigest {
  /** Endpoints in the order of the report. */
  endpoint(report: unknown): void;
  /** SHA-256, hex, of the canonical JSON of `members` with the endpoints among them. */
  end(members: Readonly<Record<string, unknown>>): string;
}

/**
 * The digest of a report that is written piece by piece: no more than one endpoint is held.
 *
 * @param head members known at the start, among them all whose key sorts before `endpoints`
 */
export function createReportDigest(head: Readonly<Record<string, unknown>>): ReportDigest {
  const hash = createHash('sha256');
  const member = ([key, value]: [string, unknown]): string => `${canonicalJson(key)}:${canonicalJson(value)}`;
  const members = (all: Readonly<Record<string, unknown>>, keep: (key: string) => boolean): string[] =>
    Object.entries(all)
      .filter(([key, value]) => value !== undefined && keep(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(member);
  const before = members(head, (key) => key < 'endpoints');
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
      const after = members(all, (key) => key > 'endpoints');
      return hash.update(`]${after.map((text) => `,${text}`).join('')}}`).digest('hex');
    },
  };
}
