/** What is more serious than what: one order for all code that sorts, judges or shows. */
import { byText } from './by-text.ts';
import { CAUSE_CODES } from './cause-codes.ts';
import type { Fault } from './finding.ts';
import type { CauseCode, Verdict } from './vocabulary.ts';

/** Verdicts, most serious first: any fail makes the whole a fail, else any inconclusive makes it inconclusive, else any warn makes it a warn. */
export const VERDICTS = ['fail', 'inconclusive', 'warn', 'pass'] as const satisfies readonly Verdict[];

/** For sorting: lower is more serious. */
export const verdictRank = (verdict: Verdict): number => VERDICTS.indexOf(verdict);

/**
 * For sorting endpoints in a document: the most serious first, then by target and id, so that two runs of the same thing
 * have their rows in the same order, whichever finished first.
 */
export const byVerdictAndPlace = (a: Placed, b: Placed): number =>
  verdictRank(a.verdict) - verdictRank(b.verdict) || byText(a.target, b.target) || byText(a.id, b.id);

interface Placed {
  readonly verdict: Verdict;
  readonly target: string;
  readonly id: string;
}

/** The most serious of them; `pass` if there is none. */
export const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.reduce<Verdict>(
    (found, verdict) => (verdictRank(verdict) < verdictRank(found) ? verdict : found),
    'pass',
  );

const SEVERITIES: readonly Fault['severity'][] = ['fail', 'warn', 'info'];
const CODE_RANK: ReadonlyMap<CauseCode, number> = new Map(CAUSE_CODES.map((code, index) => [code, index]));

/** What is said about a name as a whole comes before what is said about one of its addresses. */
const rankOfCode = (code: CauseCode): number =>
  code === 'tcp.some-addresses-dead' ? -1 : (CODE_RANK.get(code) ?? CAUSE_CODES.length);

/** For sorting faults: the more serious first, then in the order of `CAUSE_CODES`, from the lowest layer to the highest. */
export const bySeverity = (a: Fault, b: Fault): number =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
  rankOfCode(a.cause) - rankOfCode(b.cause);

/** The same faults, none more serious than `most`. */
export const atMost = (most: Fault['severity'], faults: readonly Fault[]): Fault[] =>
  faults.map((fault) =>
    SEVERITIES.indexOf(fault.severity) < SEVERITIES.indexOf(most) ? { ...fault, severity: most } : fault,
  );

/** Most serious first, each cause once (with the first of its most serious summaries). The input's order among equals is kept. */
export function mostSeriousFirst(faults: readonly Fault[]): Fault[] {
  const seen = new Set<CauseCode>();
  return [...faults].sort(bySeverity).filter(({ cause }) => !seen.has(cause) && seen.add(cause));
}
