import { runSentence as say } from '../../kinds/run-causes/messages.ts';
import { positionOf } from '../../model/position.ts';
import type { RunPlan } from './run-plan.ts';

/** What the report says of a run that no vantage on the internet had a part in. */
export function placeRemarks({ vantages }: Pick<RunPlan, 'vantages'>): string[] {
  if (vantages.length === 0 || vantages.some((one) => positionOf(one) === 'internet')) return [];
  return [say.fromOneNetwork({ vantages: vantages.map(({ id }) => id).join(', ') }).text];
}
