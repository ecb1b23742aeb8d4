/** A registered target as the API shows it. */

import { Target } from '../../input/request/target.ts';
import { byText } from '../../model/by-text.ts';
import { verdictRank } from '../../model/severity-order.ts';
import type { OpenAlert } from '../contracts/open-alert.ts';
import type { ListedTarget, TargetView } from '../contracts/targets.ts';
import { placesOf } from '../ownership/places.ts';
import type { LatestState } from '../state/latest.ts';
import type { TargetRecord } from '../state/target-record.ts';
import { authorisationOf, coverageOf, proves } from '../targets/coverage.ts';

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
      latest: {
        runId: latest.runId,
        startedAt: latest.startedAt,
        verdict: latest.verdict,
        ...worstOf(latest),
      },
    }),
  };
}

/** What somebody who looks at a list has to know of a target that did not pass. */
function worstOf({ endpoints }: LatestState): Pick<NonNullable<ListedTarget['latest']>, 'worst'> {
  const [worst] = Object.entries(endpoints)
    .filter(([, { verdict }]) => verdict !== 'pass')
    .sort(
      ([id, one], [otherId, other]) =>
        verdictRank(one.verdict) - verdictRank(other.verdict) ||
        byText(one.since, other.since) ||
        byText(id, otherId),
    );
  if (worst === undefined) return {};
  const [endpoint, { cause, since }] = worst;
  return { worst: { endpoint, since, ...(cause !== undefined && { cause }) } };
}

export function targetView(
  record: TargetRecord,
  latest: LatestState | undefined,
  now: number,
  alert?: OpenAlert,
): TargetView {
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
    ...(alert && { alert }),
    prove: challenge === undefined ? [] : hosts.map((host) => placesOf(host, challenge)),
  };
}
