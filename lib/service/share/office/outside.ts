/** What a report says of an endpoint as the outside sees it, in numbers. Pure. */
import type { Report } from '../../../engine/report-schema.ts';
import { positionOf } from '../../../model/position.ts';
import type { OutsideView } from '../../state/offices.ts';

/** What decides nothing about the way to the endpoint. */
const UNDECIDED = 'inconclusive';

/**
 * By the last attempt of each vantage on the internet; where there is none, of those of which nobody has said where they are, as a
 * station's own. One has reached the endpoint when one of its addresses answered as it should.
 */
export function outsideOf(
  { vantages, finishedAt }: Pick<Report, 'vantages' | 'finishedAt'>,
  { observations }: Report['endpoints'][number],
): OutsideView {
  const places = new Map(vantages.map(({ id, kind, position }) => [id, position ?? usualPlace(kind)]));
  const at = (place: string) => observations.filter(({ vantage }) => places.get(vantage) === place);
  const internet = at('internet');
  const outside = internet.length > 0 ? internet : at(UNSAID);
  const last = new Map<string, number>();
  for (const { vantage, attempt } of outside) last.set(vantage, Math.max(attempt, last.get(vantage) ?? 0));
  const counted = outside.filter(
    ({ vantage, attempt, state }) => attempt === last.get(vantage) && state !== UNDECIDED,
  );
  const reached = new Set(counted.filter(({ state }) => state === 'open').map(({ vantage }) => vantage));
  return {
    where: internet.length > 0 ? 'internet' : 'here',
    at:
      counted
        .map(({ startedAt }) => startedAt)
        .sort()
        .at(-1) ?? finishedAt,
    reached: reached.size,
    of: new Set(counted.map(({ vantage }) => vantage)).size,
  };
}

const UNSAID = 'unsaid';
const usualPlace = (kind: string): string => positionOf({ kind }) ?? UNSAID;
