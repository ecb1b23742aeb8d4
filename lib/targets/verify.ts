/** Looks for the proofs of a registered target and keeps what was found. */
import type { HostOwnership, ProveOwnership } from '../ports/ownership.ts';
import { authorisationOf } from './coverage.ts';
import { type Rechecked, recheck } from './recheck.ts';
import type { TargetStore } from './target-store.ts';

export interface VerifyPorts {
  readonly targets: TargetStore;
  readonly prove: ProveOwnership;
  /** Epoch ms. */
  readonly now: () => number;
}

export type Verified =
  | { readonly status: 'no-target' }
  | { readonly status: 'unavailable'; readonly message: string }
  /** Somebody changed the target again and again meanwhile. */
  | { readonly status: 'busy' }
  | ({ readonly status: 'looked'; readonly hosts: readonly HostOwnership[] } & Rechecked);

const MAX_TRIES = 4;

/**
 * `target verify`: looks at every host. What is found counts from now on; what is not found any more still counts for
 * the grace time (`recheck`). Rejects as the store does.
 */
export async function verifyTarget(name: string, { targets, prove, now }: VerifyPorts): Promise<Verified> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const record = await targets.get(name);
    if (record === undefined) return { status: 'no-target' };
    if (record.challenge === undefined)
      return { status: 'unavailable', message: 'it has no challenge yet: register it anew' };
    const answer = await prove(record.hosts, record.challenge);
    if (answer.status === 'unavailable') return answer;
    const rechecked = recheck(record, answer, new Date(now()).toISOString());
    if (await targets.put(rechecked.record, record))
      return { status: 'looked', hosts: answer.hosts, ...rechecked };
  }
  return { status: 'busy' };
}

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
