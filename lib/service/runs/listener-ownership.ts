/** What listeners proved before a run, for this run: beside DNS TXT and file, and for their own ports alone. */
import * as z from 'zod';
import { ListenerProofAt } from '../../model/authorisation.ts';
import { MOST_LISTENER_ADDRESSES, MOST_LISTENER_HOSTS } from '../../model/listener-limits.ts';

const MOST_PROOFS = MOST_LISTENER_HOSTS * MOST_LISTENER_ADDRESSES;

export const ListenerOwnership = z.strictObject({
  /** It counts for no other run. */
  runId: z.string().max(80),
  at: z.iso.datetime(),
  proofs: z.array(ListenerProofAt).max(MOST_PROOFS),
  /** Why a host, or an address of it, was not proven. */
  refused: z.array(z.strictObject({ host: z.string().max(253), why: z.string().max(400) })).max(200),
});
export type ListenerOwnership = z.infer<typeof ListenerOwnership>;

/** A proof is followed by its run; a listener answers for minutes, and then somebody else may have its address. */
const MAX_AGE_MS = 600_000;

/**
 * Those of this run that are fresh.
 *
 * @param startedAt epoch ms
 */
export function countedOwnership(
  ownership: ListenerOwnership | undefined,
  run: { readonly runId: string; readonly startedAt: number },
): ListenerOwnership | undefined {
  if (ownership === undefined || ownership.runId !== run.runId) return undefined;
  return Math.abs(run.startedAt - Date.parse(ownership.at)) <= MAX_AGE_MS ? ownership : undefined;
}
