/** Looks for the proofs of a registered target and keeps what was found. */
import { isoTime } from '../../net/clock.ts';
import type { HostOwnership, ProveOwnership } from '../ports/ownership.ts';
import type { TargetStore } from '../state/targets.ts';
import { authorisationOf } from './coverage.ts';
import { type Rechecked, recheck } from './recheck.ts';

export interface VerifyPorts {
  readonly targets: Pick<TargetStore, 'get' | 'change'>;
  readonly prove: ProveOwnership;
  /** Epoch ms. */
  readonly now: () => number;
}

export type Verified =
  | { readonly status: 'no-target' }
  | { readonly status: 'unavailable'; readonly message: string }
  /** The target was changed again and again meanwhile. */
  | { readonly status: 'busy' }
  | ({ readonly status: 'looked'; readonly hosts: readonly HostOwnership[] } & Rechecked);

/**
 * `target verify`: looks at every host. What is found counts from now on; what is not found any more still counts for
 * the grace time (`recheck`). Rejects as the store does.
 */
export const verifyTarget = (name: string, { targets, prove, now }: VerifyPorts): Promise<Verified> =>
  targets
    .change<Verified>(name, async (record) => {
      if (record === undefined) return { outcome: { status: 'no-target' } };
      if (record.challenge === undefined)
        return { outcome: { status: 'unavailable', message: 'it has no challenge yet: register it again' } };
      const answer = await prove(record.hosts, record.challenge);
      if (answer.status === 'unavailable') return { outcome: answer };
      const rechecked = recheck(record, answer, isoTime(now()));
      return {
        outcome: { status: 'looked', hosts: answer.hosts, ...rechecked },
        write: rechecked.record,
      };
    })
    .then((verified) => (verified === 'busy' ? { status: 'busy' } : verified));

/**
 * Before a run that a schedule starts: looks again at what is proven, and at a target that nothing covers yet, since its
 * owner may have published the proof meanwhile. Whatever comes of it, the run may be started: the plan leaves out what
 * nobody has proven, and the report says so. Rejects as the store does.
 */
export async function recheckBeforeRun(name: string, ports: VerifyPorts): Promise<Verified | undefined> {
  const record = await ports.targets.get(name);
  if (record === undefined || record.challenge === undefined) return undefined;
  const vouchedAlone =
    (record.proofs ?? []).length === 0 && authorisationOf(record, ports.now()) !== undefined;
  return vouchedAlone ? undefined : verifyTarget(name, ports);
}
