/** `run --gate`: wait until everything passes. */

import { type RunOrder, runsContracts } from '../../service/contracts/runs.ts';
import type { FailureName } from '../../service/runs/failure.ts';
import { realPacing } from '../gate/pacing.ts';
import { readTimes } from '../gate/times.ts';
import { waitForAll } from '../gate/wait-for-all.ts';
import { refuse } from '../terminal/message.ts';
import { failed } from './failed.ts';
import type { FollowSession, RunOutcome } from './session.ts';

/** A fleet limits how often a target may be checked. */
const MIN_EVERY_MS = 5_000;

/** @param orderOf another one for each run: what a listener is asked with is good for one */
export async function runGate(
  session: FollowSession,
  orderOf: () => RunOrder,
  flags: { readonly every: string; readonly for: string },
): Promise<number> {
  const times = readTimes(flags, MIN_EVERY_MS);
  if (!times.ok) {
    await session.discard();
    return refuse(times);
  }
  const ended = await waitForAll(
    async (only) => {
      const outcome = await probe(session, { ...orderOf(), ...(only && { only: [...only] }) });
      return outcome.ok ? outcome : { ...outcome, isTooOften: outcome.error === TOO_OFTEN };
    },
    times.value,
    realPacing(),
  );
  return session.finish(ended);
}

const TOO_OFTEN = 'RateLimited' satisfies FailureName;

async function probe({ client, follow }: FollowSession, body: RunOrder): Promise<RunOutcome> {
  const asking = await client(runsContracts.startRun, { body });
  if (asking.status === 'answered') return follow(asking.value.runId, body.only === undefined);
  const isLimited = asking.status === 'refused' && asking.problem.status === 429;
  return { ok: false, status: failed(asking), ...(isLimited && { error: TOO_OFTEN }) };
}
