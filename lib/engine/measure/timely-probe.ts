import type { Observation } from '../../kinds/observation.ts';
import { readingFor } from '../../kinds/readings.ts';
import type { ProbeSpec } from '../../model/plan.ts';
import { type Timely, timely } from '../../net/lag.ts';
import { type Ended, withinBudget } from './budget.ts';

/** Makes a probe within its budget, and again where this machine itself was late and the outcome rests on time. */
export function timelyProbe(
  { kind, timeoutMs }: Pick<ProbeSpec, 'kind' | 'timeoutMs'>,
  probe: () => Promise<Observation>,
  deadline: AbortSignal,
): Promise<Timely<Ended<Observation>>> {
  const reading = readingFor(kind);
  return timely(() => withinBudget(probe, timeoutMs, deadline), {
    budgetMs: timeoutMs,
    // A look-up within the probe was already repeated.
    restsOnTime: (one) => !one.ok || (one.value.late === undefined && reading.restsOnTime(one.value)),
    deadline,
  });
}
