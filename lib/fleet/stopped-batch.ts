import { fault, finding } from '../diagnose/fault.ts';
import type { VantageResult } from '../model/vantage-result.ts';

/**
 * The result of a probe that ended because the fleet was stopped. To the engine the end of a run is its deadline,
 * whoever brought it about; what was seen until then stays.
 */
export function whenStopped({ judged, ...result }: VantageResult): VantageResult {
  const summary = `The fleet was stopped before ${result.endpointId} had its answer.`;
  return {
    ...result,
    judged: judged.map((one) => {
      const { state, faults } = one.finding;
      if (!faults.some(({ cause }) => cause === 'prober.deadline')) return one;
      const others = faults.filter(({ cause }) => cause !== 'prober.deadline');
      return { ...one, finding: finding(state, [fault('prober.stopped', summary), ...others], summary) };
    }),
  };
}
