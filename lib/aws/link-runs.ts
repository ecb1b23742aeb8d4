import { failure } from '../service/runs/failure.ts';
import { type LinkRuns, type LinkRunsInput, LinkStart, LinkView } from '../service/share/link-runs.ts';
import { createLambdaInvoker } from './prober-invoker.ts';

export interface LinkRunsFunction {
  readonly region: string;
  readonly functionName: string;
}

/** The function of links gives up so long before CloudFront does, ms. */
const TIMEOUT_MS = 9_000;

/** The function of links may start nothing itself: it asks the one that may, and names the link alone. */
export function createLinkRunsClient(where: LinkRunsFunction): LinkRuns {
  const invoke = createLambdaInvoker();
  const ask = async (input: LinkRunsInput): Promise<unknown> => {
    const invoked = await invoke(where, JSON.stringify(input), { timeoutMs: TIMEOUT_MS });
    if (invoked.status !== 'answered')
      throw failure('StoreFailed', `invoke ${where.functionName}: ${invoked.status}: ${invoked.message}`);
    return JSON.parse(invoked.text);
  };
  return {
    look: async (share) => LinkView.nullable().parse(await ask({ do: 'look', share })) ?? undefined,
    start: async (share) => LinkStart.parse(await ask({ do: 'start', share })),
  };
}
