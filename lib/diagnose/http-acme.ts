/** HTTP-01 (RFC 8555 §8.3): what any fault on the way means for certificates. */
import type { Finding } from '../model/finding.ts';
import type { HttpObservation } from '../model/observation.ts';
import { fault, finding } from './fault.ts';

/**
 * Names the consequence first: whatever breaks the fetch of the challenge blocks issuance. What broke it stays beside
 * it; a connect that failed stays the cause, since nothing about the path is known then.
 */
export function asAcme(found: Finding, observation: HttpObservation): Finding {
  const { state, faults } = found;
  if (state === 'inconclusive') return found;
  const gravest = faults.find(({ severity }) => severity === 'fail');
  const last = observation.http?.hops.at(-1);
  if (gravest === undefined) {
    const proof =
      last?.statusCode === 200
        ? 'it answers 200 to a token that nobody planted'
        : `${last?.statusCode} for a token that nobody planted is as it should be`;
    return finding(
      state,
      faults,
      `The HTTP-01 path of ${observation.host} (${observation.address}) gets through: ${proof}; whether issuance works is unproven.`,
    );
  }
  const blocked = fault(
    'http.acme-path-blocked',
    `A certificate authority would fail to fetch its challenge from ${observation.host} (${observation.address}): ${gravest.summary}`,
  );
  if (state !== 'open') return finding(state, [...faults, blocked]);
  return finding(state, [
    blocked,
    ...faults.map((each) => (each.severity === 'fail' ? { ...each, severity: 'warn' as const } : each)),
  ]);
}
