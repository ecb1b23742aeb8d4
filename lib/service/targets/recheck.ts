/** Is what was proven still true? Pure; lib/service/targets/verify.ts does it for a registered target. */

import type { Authorisation } from '../../model/authorisation.ts';
import type { HostOwnership, OwnershipAnswer } from '../ports/ownership.ts';
import type { HostProof, TargetRecord } from '../state/target-record.ts';
import { authorisationOf, counts, GRACE_DAYS, proves } from './coverage.ts';

export interface Rechecked {
  /** To be stored; the very same object when nothing could be looked at. */
  readonly record: TargetRecord;
  /** Of all hosts together; absent: at least one of them may not be probed. */
  readonly authorisation?: Authorisation;
  /** Proofs that were not found again, but count for the time being. */
  readonly lapsing: readonly HostProof[];
  /** Proofs whose grace time has run out; they are no longer in the record. */
  readonly ended: readonly HostProof[];
}

/**
 * What a look-up (`ProveOwnership` for the record's hosts and challenge) makes of a target: what is found is proven
 * anew, what is not found lapses and still counts for `graceDays` from the first time, and then counts no more. A look-up that
 * could not be made changes nothing.
 *
 * @param now ISO 8601 UTC
 */
export function recheck(
  record: TargetRecord,
  answer: OwnershipAnswer,
  now: string,
  graceDays = GRACE_DAYS,
): Rechecked {
  if (answer.status === 'unavailable') return outcome(record, [], now, graceDays);
  const proofs = new Map<string, HostProof>();
  for (const found of answer.hosts) {
    if (!('proven' in found)) continue;
    const { at, method, below } = found.proven;
    proofs.set(at, { host: at, method, below, at: now });
  }
  const ended: HostProof[] = [];
  for (const old of record.proofs ?? []) {
    if (proofs.has(old.host) || isReplaced(old, answer.hosts, record.hosts)) continue;
    const lapsed: HostProof = { ...old, lapsedSince: old.lapsedSince ?? now };
    if (counts(lapsed, Date.parse(now), graceDays)) proofs.set(old.host, lapsed);
    else ended.push(lapsed);
  }
  return outcome({ ...record, proofs: [...proofs.values()], checkedAt: now }, ended, now, graceDays);
}

function outcome(
  record: TargetRecord,
  ended: readonly HostProof[],
  now: string,
  graceDays: number,
): Rechecked {
  const authorisation = authorisationOf(record, Date.parse(now), graceDays);
  return {
    record,
    ...(authorisation && { authorisation }),
    lapsing: (record.proofs ?? []).filter(({ lapsedSince }) => lapsedSince !== undefined),
    ended,
  };
}

/** Not needed: each host that it proves was found proven in another place. */
function isReplaced(old: HostProof, found: readonly HostOwnership[], hosts: readonly string[]): boolean {
  const served = hosts.filter((host) => proves(old, host));
  return served.every((host) => found.some((one) => one.host === host && 'proven' in one));
}
