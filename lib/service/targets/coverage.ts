/** By which authorisation a target may be probed, host by host. */
import type { Authorisation } from '../../model/authorisation.ts';
import type { HostProof, TargetRecord } from '../state/target-record.ts';

/** Days that a proof still counts after it could no longer be found: a zone that is moved must not end a schedule. */
export const GRACE_DAYS = 7;
const DAY_MS = 86_400_000;

/**
 * The authorisation of one host, or `undefined`. A proof counts more than an operator's statement.
 *
 * @param now epoch ms
 */
export function coverageOf(
  record: TargetRecord,
  host: string,
  now: number,
  graceDays = GRACE_DAYS,
): Authorisation | undefined {
  const name = host.toLowerCase();
  const proof = record.proofs?.find((one) => proves(one, name) && counts(one, now, graceDays));
  if (proof !== undefined) return { kind: 'proven', method: proof.method, at: proof.at };
  const { vouch } = record;
  if (vouch?.hosts.some((one) => one.toLowerCase() === name))
    return { kind: 'vouched', by: vouch.by, reason: vouch.reason };
  return authorisationOfWhole(record, name);
}

/**
 * The authorisation of all hosts together: the weakest that one of them rests on, or the oldest proof. `undefined` when
 * one of them has none.
 */
export function authorisationOf(
  record: TargetRecord,
  now: number,
  graceDays = GRACE_DAYS,
): Authorisation | undefined {
  return weakest(record.hosts.map((host) => coverageOf(record, host, now, graceDays)));
}

/** `undefined` when one is missing, or there are none. */
export function weakest(all: readonly (Authorisation | undefined)[]): Authorisation | undefined {
  let found: Authorisation | undefined;
  for (const one of all) {
    if (one === undefined) return undefined;
    if (found === undefined || isWeaker(one, found)) found = one;
  }
  return found;
}

const isWeaker = (one: Authorisation, than: Authorisation): boolean =>
  than.kind === 'proven' && (one.kind === 'vouched' || one.at < than.at);

/** Whether a proof, if it still counts, is one of this host. */
export const proves = ({ host, below }: HostProof, name: string): boolean =>
  name === host || (below && name.endsWith(`.${host}`));

/** Whether it is found still, or was until a few days ago. */
export const counts = ({ lapsedSince }: HostProof, now: number, graceDays = GRACE_DAYS): boolean =>
  lapsedSince === undefined || now - Date.parse(lapsedSince) <= graceDays * DAY_MS;

/** Items without proofs of single hosts: a TXT record proves what is below, too; a file that name alone. */
function authorisationOfWhole(
  { hosts, authorisation }: TargetRecord,
  name: string,
): Authorisation | undefined {
  if (authorisation === undefined) return undefined;
  const below = authorisation.kind === 'proven' && authorisation.method === 'dns-txt';
  const covered = hosts
    .map((host) => host.toLowerCase())
    .some((host) => name === host || (below && name.endsWith(`.${host}`)));
  return covered ? authorisation : undefined;
}
