/** Two reports of the same endpoints side by side, as lines for the page of a link. Pure. */
import { diffReports } from '../../engine/compare/report-diff.ts';
import type { EndpointReport, Report } from '../../engine/report-schema.ts';
import type { LinkRow, LinkSide } from './link-runs.ts';

/** The page stays readable on a phone; all of it is in the reports. */
const MOST_ROWS = 60;
const MOST_CHANGES = 6;
const MAX_TEXT = 400;

const WORST = ['fail', 'inconclusive', 'warn', 'pass'];

/** @param now absent: there is only the first report yet */
export function compared(
  before: Report,
  now: Report | undefined,
): { readonly rows: LinkRow[]; readonly more: number } {
  const changes = new Map<string, string[]>();
  for (const { endpoint, text } of now === undefined ? [] : diffReports(before, now))
    changes.set(endpoint, [...(changes.get(endpoint) ?? []), shortened(text)]);
  const [old, fresh] = [byId(before), byId(now)];
  const rows = [...new Set([...old.keys(), ...fresh.keys()])].map((endpoint): LinkRow => {
    const [was, is] = [old.get(endpoint), fresh.get(endpoint)];
    return {
      endpoint,
      ...(was && { before: sideOf(was) }),
      ...(is && { now: sideOf(is) }),
      changes: (changes.get(endpoint) ?? []).slice(0, MOST_CHANGES),
    };
  });
  const sorted = rows.sort((a, b) => rank(a) - rank(b));
  return { rows: sorted.slice(0, MOST_ROWS), more: Math.max(0, sorted.length - MOST_ROWS) };
}

const byId = (report: Report | undefined): Map<string, EndpointReport> =>
  new Map(report?.endpoints.map((endpoint) => [endpoint.id, endpoint]));

/** What changed first, then the worst. */
const rank = ({ changes, now, before }: LinkRow): number =>
  (changes.length > 0 ? 0 : WORST.length) + WORST.indexOf((now ?? before)?.verdict ?? 'pass');

const sideOf = ({ verdict, cause, summary }: EndpointReport): LinkSide => ({
  verdict,
  ...(cause !== undefined && { cause }),
  text: shortened(summary),
});

const shortened = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
