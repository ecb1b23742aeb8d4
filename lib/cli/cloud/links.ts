import { visible } from '../../report/words/visible.ts';
import type { ApiClient } from '../../service/contracts/api-client.ts';
import { NO_LINKS_AT } from '../../service/contracts/no-links.ts';
import type { RunStatus } from '../../service/contracts/runs.ts';
import { type CreatedShare, sharesContracts } from '../../service/contracts/shares.ts';
import { message } from '../terminal/message.ts';

export interface LinkOptions {
  readonly days: number;
  readonly redact: boolean;
  /** The page is written to a file already. */
  readonly hasPage: boolean;
}

/**
 * A link to the report of each target. If one can't be made, a line on standard error says so; the run's verdict
 * does not depend on it.
 */
export async function makeLinks(
  client: ApiClient,
  { runId, targets }: Pick<RunStatus, 'runId' | 'targets'>,
  { days, redact, hasPage }: LinkOptions,
): Promise<CreatedShare[]> {
  const made: CreatedShare[] = [];
  for (const target of targets) {
    const asking = await client(sharesContracts.createShare, { body: { runId, target, days, redact } });
    if (asking.status === 'answered') made.push(asking.value);
    else if (asking.status === 'refused' && asking.problem.at === NO_LINKS_AT) {
      if (!hasPage) message(visible(asking.problem.detail));
      break;
    } else {
      const why = asking.status === 'refused' ? asking.problem.detail : asking.message;
      message(visible(`no link to the report of ${target}: ${why}`));
      break;
    }
  }
  return made;
}
