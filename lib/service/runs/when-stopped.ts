import type { JudgedResult } from '../../engine/verdict/judge-together.ts';
import { fault, finding } from '../../kinds/contract/fault.ts';
import { runSentence } from '../../kinds/run-causes/messages.ts';
import { printable } from '../../net/printable.ts';
import type { BatchResult } from './batch-result.ts';

/**
 * The findings of probes that ended because the fleet was stopped, or because a stop could not have been seen. For a
 * probe the end of a run is its deadline, whatever caused it; what was seen until then stays.
 */
export function whenStopped(
  { judged, ...result }: JudgedResult,
  { stopped, stopUnreadable }: Pick<BatchResult, 'stopped' | 'stopUnreadable'>,
): JudgedResult {
  if (stopped !== true && stopUnreadable === undefined) return { judged, ...result };
  const { endpointId: endpoint, facts } = result;
  const [cause, said] =
    stopUnreadable === undefined
      ? (['prober.stopped', runSentence.stoppedMeanwhile({ endpoint })] as const)
      : ([
          'prober.stop-unreadable',
          runSentence.stopUnreadable({
            endpoint,
            vantage: facts.id,
            reason: printable(stopUnreadable, 100),
          }),
        ] as const);
  return {
    ...result,
    judged: judged.map((one) => {
      const { state, faults } = one.finding;
      if (!faults.some((one) => one.cause === 'prober.deadline')) return one;
      const others = faults.filter((one) => one.cause !== 'prober.deadline');
      return { ...one, finding: finding(state, [fault(cause, said), ...others], said) };
    }),
  };
}
