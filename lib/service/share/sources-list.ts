/** The list of the fleet's source addresses for everyone, where that is switched on. */
import type { SourcesSeen } from '../contracts/sources.ts';
import { DOCUMENT_HEADERS, SAFE_HEADERS } from './headers.ts';
import type { LinkAnswer } from './link.ts';

/** For so long the table is asked once, however many ask: ms. */
const KEPT_MS = 60_000;

/** Rejects as `read` does. */
export function createSourcesList(
  read: () => Promise<SourcesSeen>,
  now: () => number,
): () => Promise<LinkAnswer> {
  let kept: { readonly until: number; readonly answer: LinkAnswer } | undefined;
  return async () => {
    if (kept !== undefined && now() < kept.until) return kept.answer;
    const answer = answerOf(await read());
    kept = { until: now() + KEPT_MS, answer };
    return answer;
  };
}

const answerOf = (seen: SourcesSeen): LinkAnswer => ({
  status: 200,
  headers: {
    ...SAFE_HEADERS,
    ...DOCUMENT_HEADERS,
    'cache-control': 'max-age=300',
    'cross-origin-resource-policy': 'cross-origin',
    'content-type': 'application/json',
  },
  text: `${JSON.stringify({ schema: 'inbound-check/sources@1', ...seen }, null, 2)}\n`,
});
