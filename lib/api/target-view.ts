/** A registered target as the API shows it. */
import type { TargetRecord } from '../model/fleet.ts';
import { placesOf } from '../ownership/places.ts';
import type { LatestState } from '../ports/registry.ts';
import { Target } from '../request/target.ts';
import { authorisationOf, coverageOf, proves } from '../targets/coverage.ts';
import type { ListedTarget, TargetView } from './contracts/targets.ts';

/** @param now epoch ms */
export function listedTarget(
  record: TargetRecord,
  latest: LatestState | undefined,
  now: number,
): ListedTarget {
  const { name, owner, hosts } = record;
  const authorisation = authorisationOf(record, now);
  // What was registered by other means and can't be read is shown as missing, as a run would find it.
  const definition = Target.safeParse(record.definition);
  return {
    name,
    ...(owner !== undefined && { owner }),
    ...(definition.success && { definition: definition.data }),
    hosts,
    ...(authorisation && { authorisation }),
    ...(latest && {
      latest: { runId: latest.runId, startedAt: latest.startedAt, verdict: latest.verdict },
    }),
  };
}

export function targetView(record: TargetRecord, latest: LatestState | undefined, now: number): TargetView {
  const { hosts, challenge, vouch, addedBy, addedAt, changedBy, changedAt, checkedAt } = record;
  return {
    ...listedTarget(record, latest, now),
    hosts: hosts.map((host) => {
      const authorisation = coverageOf(record, host, now);
      const proof = record.proofs?.find((one) => proves(one, host));
      return { host, ...(authorisation && { authorisation }), ...(proof && { proof }) };
    }),
    ...(vouch && { vouch }),
    addedBy,
    addedAt,
    changedBy,
    changedAt,
    checkedAt,
    prove: challenge === undefined ? [] : hosts.map((host) => placesOf(host, challenge)),
  };
}
