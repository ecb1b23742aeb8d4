import { CAUSE_CODES } from '../diagnose/causes/codes.ts';
import type { Fault } from '../model/finding.ts';
import type { CauseCode, Verdict } from '../model/vocabulary.ts';

const SEVERITIES: readonly Fault['severity'][] = ['fail', 'warn', 'info'];
const CODE_RANK: ReadonlyMap<CauseCode, number> = new Map(CAUSE_CODES.map((code, index) => [code, index]));

/** What is said of a name as a whole goes before what is said of one of its addresses. */
const rankOfCode = (code: CauseCode): number =>
  code === 'tcp.some-addresses-dead' ? -1 : (CODE_RANK.get(code) ?? CAUSE_CODES.length);

const byGravity = (a: Fault, b: Fault): number =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
  rankOfCode(a.cause) - rankOfCode(b.cause);

/** Gravest first, each cause once (with the first of its gravest summaries). The input's order among equals is kept. */
export function gravestFirst(faults: readonly Fault[]): Fault[] {
  const seen = new Set<CauseCode>();
  return [...faults].sort(byGravity).filter(({ cause }) => !seen.has(cause) && seen.add(cause));
}

/** The same faults, none graver than `most`. */
export const atMost = (most: Fault['severity'], faults: readonly Fault[]): Fault[] =>
  faults.map((fault) =>
    SEVERITIES.indexOf(fault.severity) < SEVERITIES.indexOf(most) ? { ...fault, severity: most } : fault,
  );

const VERDICT_ORDER: readonly Verdict[] = ['pass', 'warn', 'inconclusive', 'fail'];

/** Any fail: fail; else any inconclusive: inconclusive; else any warn: warn; else pass. */
export const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.reduce<Verdict>(
    (worstYet, verdict) =>
      VERDICT_ORDER.indexOf(verdict) > VERDICT_ORDER.indexOf(worstYet) ? verdict : worstYet,
    'pass',
  );
