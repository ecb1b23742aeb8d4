import type { ListedTarget } from '../../service/contracts/targets.ts';
import type { ConsoleApi } from '../api/api.ts';
import type { ApiReply } from '../api/reply.ts';

/** Pages of the list that are read; a fleet of more than that is searched by the command line. */
const MOST_PAGES = 50;

/**
 * Every registered target, page by page.
 *
 * @param begun gets what is there after each page but the last
 */
export async function allTargets(
  api: ConsoleApi,
  begun: (targets: readonly ListedTarget[]) => void = () => {},
): Promise<ApiReply<readonly ListedTarget[]>> {
  const targets: ListedTarget[] = [];
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await api('listTargets', { query: after === undefined ? {} : { after } });
    if (answer.status !== 'answered') return answer;
    targets.push(...answer.value.targets);
    after = answer.value.next;
    if (after === undefined) break;
    begun([...targets]);
  }
  return { status: 'answered', value: targets };
}
