/** A registered target as the API shows it. */

import { Target } from '../../input/request/target.ts';
import { byText } from '../../model/by-text.ts';
import { verdictRank } from '../../model/severity-order.ts';
import { isoTime } from '../../net/clock.ts';
import type { OpenAlert } from '../contracts/open-alert.ts';
import type { ListedTarget, TargetView } from '../contracts/targets.ts';
import { placesOf } from '../ownership/places.ts';
import { nextDue } from '../schedule/due.ts';
import type { LatestEndpoint, LatestState } from '../state/latest.ts';
import type { Schedule } from '../state/schedules.ts';
import type { TargetRecord } from '../state/target-record.ts';
import { authorisationOf, coverageOf, proves } from '../targets/coverage.ts';

/** What is kept of it beside its registration. */
export interface KnownOfTarget {
  readonly latest: LatestState | undefined;
  readonly schedule: Schedule | undefined;
}

/** @param now epoch ms */
export function listedTarget(
  record: TargetRecord,
  { latest, schedule }: KnownOfTarget,
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
        ...sinceOf(latest),
        ...(latest.recent && { recent: latest.recent }),
        ...worstOf(latest),
      },
    }),
    ...(schedule && { schedule: listedSchedule(schedule, now) }),
  };
}

function listedSchedule({ state, spec }: Schedule, now: number): NonNullable<ListedTarget['schedule']> {
  const next = state === 'active' ? nextDue(spec, now) : undefined;
  return { state, ...(next !== undefined && { next: isoTime(next) }) };
}

/** Those that somebody has to look at first, of equals what is so longest. */
const byNeed = ({ endpoints }: LatestState): [string, LatestEndpoint][] =>
  Object.entries(endpoints).sort(
    ([id, one], [otherId, other]) =>
      verdictRank(one.verdict) - verdictRank(other.verdict) ||
      byText(one.since, other.since) ||
      byText(id, otherId),
  );

/** What somebody who looks at a list has to know of a target that did not pass. */
function worstOf(latest: LatestState): Pick<NonNullable<ListedTarget['latest']>, 'worst'> {
  const [worst] = byNeed(latest).filter(([, { verdict }]) => verdict !== 'pass');
  if (worst === undefined) return {};
  const [endpoint, { cause, since }] = worst;
  return { worst: { endpoint, since, ...(cause !== undefined && { cause }) } };
}

function sinceOf(latest: LatestState): Pick<NonNullable<ListedTarget['latest']>, 'since'> {
  const all = byNeed(latest);
  const [worst] = all;
  if (worst === undefined) return {};
  if (worst[1].verdict !== 'pass') return { since: worst[1].since };
  const since = all
    .map(([, one]) => one.since)
    .sort(byText)
    .at(-1);
  return since === undefined ? {} : { since };
}

const seenOf = (latest: LatestState): TargetView['endpoints'] =>
  byNeed(latest).map(([endpoint, { verdict, cause, since, seen }]) => ({
    endpoint,
    verdict,
    ...(cause !== undefined && { cause }),
    since,
    ...(seen?.notAfter !== undefined && { notAfter: seen.notAfter }),
  }));

export function targetView(
  record: TargetRecord,
  known: KnownOfTarget,
  now: number,
  alert?: OpenAlert,
): TargetView {
  const { hosts, challenge, vouch, addedBy, addedAt, changedBy, changedAt, checkedAt } = record;
  return {
    ...listedTarget(record, known, now),
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
    endpoints: known.latest === undefined ? [] : seenOf(known.latest),
    prove: challenge === undefined ? [] : hosts.map((host) => placesOf(host, challenge)),
  };
}
