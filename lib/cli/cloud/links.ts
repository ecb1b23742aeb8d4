import type { RunStatus } from '../../api/contracts/runs.ts';
import { type CreatedShare, sharesContracts } from '../../api/contracts/shares.ts';
import type { ApiClient } from '../../ports/api-client.ts';
import { visible } from '../../report/visible.ts';
import { message } from '../message.ts';

export interface LinkOptions {
  readonly days: number;
  readonly redact: boolean;
}

/**
 * A link to the report of each target. One that can't be made costs a line on standard error, not the run: its verdict
 * stands without.
 */
export async function makeLinks(
  client: ApiClient,
  { runId, targets }: Pick<RunStatus, 'runId' | 'targets'>,
  { days, redact }: LinkOptions,
): Promise<CreatedShare[]> {
  const made: CreatedShare[] = [];
  for (const target of targets) {
    const asking = await client(sharesContracts.createShare, { body: { runId, target, days, redact } });
    if (asking.status === 'answered') made.push(asking.value);
    else {
      const why = asking.status === 'refused' ? asking.problem.detail : asking.message;
      message(visible(`no link to the report of ${target}: ${why}`));
      break;
    }
  }
  return made;
}
