import { failure } from '../service/runs/failure.ts';
import type { LinkAsked } from '../service/share/asked.ts';
import { type LinkRuns, LinkStart, LinkView } from '../service/share/link-runs.ts';
import { type Offices, OfficeTaken, OfficeView } from '../service/share/office/offices.ts';
import { createLambdaInvoker } from './prober-invoker.ts';

export interface LinkRunsFunction {
  readonly region: string;
  readonly functionName: string;
}

/** The function of links gives up so long before CloudFront does, ms. */
const TIMEOUT_MS = 9_000;

/** The function of links may start and write nothing itself: it asks the one that may, and names the link alone. */
export function createLinkRunsClient(where: LinkRunsFunction): {
  readonly runs: LinkRuns;
  readonly offices: Offices;
} {
  const invoke = createLambdaInvoker();
  const ask = async (input: LinkAsked): Promise<unknown> => {
    const invoked = await invoke(where, JSON.stringify(input), { timeoutMs: TIMEOUT_MS });
    if (invoked.status !== 'answered')
      throw failure('StoreFailed', `invoke ${where.functionName}: ${invoked.status}: ${invoked.message}`);
    return JSON.parse(invoked.text);
  };
  return {
    runs: {
      look: async (share) => LinkView.nullable().parse(await ask({ do: 'look', share })) ?? undefined,
      start: async (share) => LinkStart.parse(await ask({ do: 'start', share })),
    },
    offices: {
      look: async (share, address) =>
        OfficeView.nullable().parse(
          await ask({ do: 'look-office', share, ...(address !== undefined && { address }) }),
        ) ?? undefined,
      tell: async (share, told) => OfficeTaken.parse(await ask({ do: 'tell', share, told })),
    },
  };
}
