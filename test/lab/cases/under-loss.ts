/** The cases once more, with one packet of ten lost on the way to the firewall and back, ICMP errors among them. */
import type { EndpointReport } from '../../../lib/engine/report-schema.ts';
import type { CauseCode } from '../../../lib/model/vocabulary.ts';
import { type LabCase, site } from '../case.ts';
import { lossOnTheWay } from '../faults/on-the-way.ts';

export const LOST_PERCENT = 10;

/** Silence alone proves them, and it is what loss makes. */
export const SILENCE = [
  'tcp.filtered',
  'tcp.accepts-then-silent',
  'tls.handshake-timeout',
  'http.no-response',
] as const satisfies readonly CauseCode[];

/** From one vantage, without other tools. */
export function lossyTwins(cases: readonly LabCase[]): LabCase[] {
  return cases
    .filter(({ underLoss }) => underLoss !== undefined)
    .map(({ indistinguishableFrom: _, reason: __, ...one }) => ({
      ...one,
      id: `lossy-${one.id}`,
      site: site(lossOnTheWay(LOST_PERCENT), one.site),
      vantages: (one.vantages ?? ['v1']).slice(0, 1),
      peers: [],
    }));
}

const asList = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** What loss is no excuse for; empty: it is right. */
export function wrongUnderLoss(
  { expected, underLoss = {} }: Pick<LabCase, 'expected' | 'underLoss'>,
  {
    verdict,
    cause,
    side,
    alsoFound = [],
    summary,
  }: Pick<EndpointReport, 'verdict' | 'cause' | 'side' | 'alsoFound' | 'summary'>,
): string[] {
  const { orElse = [], verdicts = [], lastDevice, neverSays } = underLoss;
  const own = asList(expected.cause).filter((one) => one !== undefined);
  const also = expected.alsoFound === 'any' ? [] : (expected.alsoFound ?? []);
  const allowed = new Set<string>([...own, ...also, ...orElse]);
  const wrong: string[] = [];
  if (verdict !== 'inconclusive' && ![...asList(expected.verdict), ...verdicts].includes(verdict))
    wrong.push(`verdict ${verdict}`);
  for (const one of [cause, ...alsoFound]) {
    const isOurs = verdict === 'inconclusive' && one?.startsWith('prober.') === true;
    if (one !== undefined && !allowed.has(one) && !isOurs) wrong.push(`cause ${one}`);
  }
  if (cause !== undefined && own.some((one) => one === cause) && !asList(expected.side).includes(side))
    wrong.push(`side ${side}`);
  const named = /The last device that answers on the way there is (\S+ \(hop \d+\))/.exec(summary)?.[1];
  if (named !== undefined && named !== lastDevice) wrong.push(`the last device is ${named}`);
  if (neverSays?.test(summary) === true) wrong.push(`it says ${neverSays}`);
  return wrong;
}
