import type { ApiClient, Asking } from '../../service/contracts/api-client.ts';
import type { ListedTarget } from '../../service/contracts/targets.ts';

/** All pages of what is registered. */
export async function allTargets(client: ApiClient): Promise<Asking<ListedTarget[]>> {
  const { targetsContracts } = await import('../../service/contracts/targets.ts');
  const targets: ListedTarget[] = [];
  let after: string | undefined;
  do {
    const asking = await client(targetsContracts.listTargets, {
      query: after === undefined ? {} : { after },
    });
    if (asking.status !== 'answered') return asking;
    targets.push(...asking.value.targets);
    after = asking.value.next;
  } while (after !== undefined);
  return { status: 'answered', value: targets };
}
