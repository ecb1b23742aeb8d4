/** The verdict on one endpoint, from everything that every vantage saw of it. Pure. */
import { fault } from '../diagnose/fault.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Fault } from '../model/finding.ts';
import type { VantageFacts } from '../model/plan.ts';
import type { EndpointReport } from '../model/report.ts';
import type { Expect, Verdict } from '../model/vocabulary.ts';
import { type Cell, cells as cellsOf, inOrder } from './cell.ts';
import { fixRules, fixText } from './fix.ts';
import { atMost, gravestFirst, worst } from './gravity.ts';
import { interceptionRemark } from './interception.ts';
import type { JudgedObservation } from './judged.ts';
import { peerAnswered } from './peer-proof.ts';
import { causeAndRest, toReportObservation } from './report-observation.ts';
import { isAlive, type VantageOutcome, vantageOutcome } from './vantage.ts';
import { type Agreement, agreeOnClosed, agreeOnOpen } from './vantages.ts';
import { asSentence, evidenceSentence, flapSentence, passSentence, scopeSentence } from './wording.ts';

export type { JudgedObservation } from './judged.ts';

/** Vantages that must agree on one expectation. With an allow-list there are two such groups: those on it and the others. */
interface Group {
  readonly expect: Expect;
  readonly outcomes: readonly VantageOutcome[];
  readonly agreement: Agreement;
}

const allowList = (endpoint: Endpoint): readonly string[] =>
  endpoint.expect === 'open' ? (endpoint.allowListedVantages ?? []) : [];

/** Vantages on the allow-list must get in, all of them; the others must not. */
function groupsOf(endpoint: Endpoint, outcomes: readonly VantageOutcome[]): Group[] {
  const listed = allowList(endpoint);
  if (listed.length === 0) {
    const { expect } = endpoint;
    const agreement = expect === 'open' ? agreeOnOpen(outcomes) : agreeOnClosed(outcomes);
    return [{ expect, outcomes, agreement }];
  }
  const inside = outcomes.filter(({ vantage }) => listed.includes(vantage));
  const outside = outcomes.filter(({ vantage }) => !listed.includes(vantage));
  const open = agreeOnOpen(inside);
  const strict: Agreement =
    open.failing.length > 0
      ? { ...open, verdict: 'fail', spread: open.passing.length > 0 ? 'some' : 'none' }
      : open;
  const insideGroup: Group = { expect: 'open', outcomes: inside, agreement: strict };
  return outside.length === 0
    ? [insideGroup]
    : [insideGroup, { expect: 'closed', outcomes: outside, agreement: agreeOnClosed(outside) }];
}

/** Faults of a group, lowered where the group as a whole does not share them. */
function groupFaults({ outcomes, agreement }: Group): Fault[] {
  return outcomes.flatMap(({ verdict, faults }) => {
    if (verdict === 'inconclusive' && agreement.verdict !== 'inconclusive') return atMost('info', faults);
    return agreement.spread === 'outlier' ? atMost('warn', faults) : faults;
  });
}

/** Warnings that no single observation shows. */
function exposureRemarks(endpoint: Endpoint, groups: readonly Group[]): Fault[] {
  return groups.flatMap(({ expect, outcomes, agreement }) => {
    const seen = outcomes.flatMap(({ cells }) => cells);
    if (expect === 'open') {
      const entered = [...new Set(seen.filter(isAlive).map(({ vantage }) => vantage))];
      if (endpoint.warnIfPublic !== true || allowList(endpoint).length > 0 || entered.length === 0) return [];
      return [
        fault(
          'exposure.open-to-the-internet',
          `${endpoint.host} port ${endpoint.port} is meant for known networks, and it answers ${entered.join(', ')}, which no allow-list was said to name.`,
          { severity: 'warn' },
        ),
      ];
    }
    // An answer from a network that answers for everyone proves no exposure, but it is no reason to be calm either.
    const dubious = seen.some(
      ({ verdict, faults, decisive }) =>
        verdict === 'inconclusive' &&
        faults.some(({ cause }) => cause === 'prober.network-answers-for-all') &&
        peerAnswered(decisive.observation),
    );
    if (!dubious || agreement.verdict === 'inconclusive') return [];
    return [
      fault(
        'prober.network-answers-for-all',
        `Something answered port ${endpoint.port} from a vantage whose network answers for everyone; the vantages that count saw it closed.`,
        { severity: 'warn' },
      ),
    ];
  });
}

/** Why there is no verdict when no observation says so itself. */
function missingResult(endpoint: Endpoint, groups: readonly Group[]): Fault[] {
  const silent = groups.find(
    ({ agreement, outcomes }) =>
      agreement.verdict === 'inconclusive' && outcomes.every(({ faults }) => faults.length === 0),
  );
  if (silent === undefined) return [];
  const listed = allowList(endpoint);
  return [
    fault(
      'prober.unavailable',
      listed.length > 0 && silent.expect === 'open'
        ? `None of the allow-listed vantages (${listed.join(', ')}) gave a result for ${endpoint.id}.`
        : `No vantage gave a result for ${endpoint.id}.`,
    ),
  ];
}

/** The cell that shows a fault best: one that failed by it, at a vantage that counts. */
function cellShowing(gravest: Fault, cells: readonly Cell[]): Cell | undefined {
  const carriers = cells.filter(({ faults }) => faults.some(({ cause }) => cause === gravest.cause));
  const dead = cells.filter((cell) => cell.verdict === 'fail' && !isAlive(cell));
  const candidates =
    carriers.length > 0
      ? carriers
      : gravest.cause === 'tcp.some-addresses-dead'
        ? dead
        : cells.filter(isAlive);
  return (
    candidates.find(({ faults }) => faults.some(({ summary }) => summary === gravest.summary)) ??
    candidates.find(({ verdict }) => verdict === 'fail') ??
    candidates[0]
  );
}

/** The cell that stands for an endpoint without faults: an address rather than the name. */
const cellShowingSuccess = (cells: readonly Cell[]): Cell | undefined =>
  cells.find(({ verdict, aboutName }) => verdict === 'pass' && !aboutName) ?? cells[0];

function summarize(
  endpoint: Endpoint,
  verdict: Verdict,
  faults: readonly Fault[],
  groups: readonly Group[],
  vantages: ReadonlyMap<string, VantageFacts>,
): string {
  const cells = groups.flatMap(({ outcomes }) => outcomes.flatMap((outcome) => outcome.cells));
  const gravest = verdict === 'pass' ? undefined : faults[0];
  const cell = gravest === undefined ? cellShowingSuccess(cells) : cellShowing(gravest, cells);
  const unjudged = faults.find(({ cause, severity }) => cause === 'prober.no-ipv6' && severity === 'info');
  const flap = cells.find(({ flapped }) => flapped);
  const interception = interceptionRemark(cells);
  return [
    ...(gravest !== undefined
      ? [asSentence(gravest.summary)]
      : cell === undefined
        ? []
        : [passSentence(endpoint, cell)]),
    ...(flap === undefined ? [] : [flapSentence(flap)]),
    ...(cell === undefined ? [] : [evidenceSentence(endpoint, cell, vantages.get(cell.vantage))]),
    ...groups.map((group) => scopeSentence(group.agreement, group.expect, group.outcomes)),
    ...(unjudged === undefined || unjudged === gravest ? [] : [unjudged.summary]),
    ...(interception === undefined ? [] : [interception]),
    ...(endpoint.level === 'recommended' && verdict === 'warn' && gravest?.severity === 'fail'
      ? ['Recommended, not required, so this is a warning.']
      : []),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/**
 * Judges an endpoint: for each vantage and address the last attempt decides, once confirmed; then all addresses of the
 * name; then all vantages whose controls are clean. The order of `judged` and of `vantages` changes nothing.
 *
 * @param judged every attempt from every vantage, failed look-ups (dns observations) included
 * @param vantages what each vantage's controls proved
 */
export function judgeEndpoint(
  endpoint: Endpoint,
  judged: readonly JudgedObservation[],
  vantages: readonly VantageFacts[],
): EndpointReport {
  const facts = new Map(vantages.map((one) => [one.id, one]));
  const listed = allowList(endpoint);
  const expectAt = (vantage: string): Expect =>
    listed.length > 0 && !listed.includes(vantage) ? 'closed' : endpoint.expect;
  const cells = cellsOf(endpoint, expectAt, judged, facts);
  const ids = [...new Set(cells.map(({ vantage }) => vantage))];
  const outcomes = ids.map((id) =>
    vantageOutcome(
      endpoint,
      id,
      cells.filter(({ vantage }) => vantage === id),
    ),
  );
  const groups = groupsOf(endpoint, outcomes);

  const remarks = exposureRemarks(endpoint, groups);
  const faults = gravestFirst([
    ...groups.flatMap(groupFaults),
    ...remarks,
    ...missingResult(endpoint, groups),
  ]);
  const strict = worst([
    ...groups.map(({ agreement }) => agreement.verdict),
    ...(remarks.length > 0 ? (['warn'] as const) : []),
  ]);
  const verdict = strict === 'fail' && endpoint.level === 'recommended' ? 'warn' : strict;

  const codes = verdict === 'pass' ? causeAndRest(atMost('info', faults), false) : causeAndRest(faults, true);
  const side = codes.cause === undefined ? undefined : faults[0]?.side;
  const troubled = cells.filter((cell) => cell.verdict !== 'pass');
  const fix = codes.cause === undefined ? undefined : fixText(endpoint, faults, troubled);
  const rules = codes.cause === undefined ? [] : fixRules(endpoint, cells, facts);
  const { id, target, kind, host, port, path, expect, level, reason, source } = endpoint;
  return {
    id,
    target,
    kind,
    host,
    port,
    ...(path !== undefined && { path }),
    expect,
    level,
    verdict,
    ...codes,
    ...(side !== undefined && { side }),
    summary: summarize(endpoint, verdict, faults, groups, facts),
    ...(fix !== undefined && { fix }),
    ...(rules.length > 0 && { rules }),
    ...(cells.some(({ flapped }) => flapped) && { flapped: true }),
    ...(reason !== undefined && { reason }),
    ...(source !== undefined && { source }),
    observations: inOrder(judged).map(toReportObservation),
  };
}
