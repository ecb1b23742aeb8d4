/** Links are made where others can open them, and nowhere else. */
import { refused } from '../../../service/api/handler.ts';
import type { AllHandlers } from '../../../service/api/operations.ts';
import { type SharesPorts, sharesHandlers } from '../../../service/api/shares.ts';
import { NO_BASE_URL, NO_LINKS_AT, noLinksText } from '../../../service/contracts/no-links.ts';
import type { BaseUrlCheck } from './base-url-check.ts';

export interface StationLinks {
  readonly baseUrl: URL;
  readonly check: Pick<BaseUrlCheck, 'trouble'>;
}

/** @param links absent: the station has no base URL */
export function stationSharesHandlers(
  ports: SharesPorts,
  links: StationLinks | undefined,
): AllHandlers['shares'] {
  const plain = sharesHandlers(ports);
  if (links === undefined)
    return {
      ...plain,
      createShare: async ({ body }) => noLink(body.runId, NO_BASE_URL),
    };
  const { baseUrl, check } = links;
  const linked = sharesHandlers({ ...ports, shareUrl: baseUrl.origin });
  return {
    ...linked,
    async createShare(call) {
      const trouble = await check.trouble();
      return trouble === undefined
        ? linked.createShare(call)
        : noLink(call.body.runId, `${baseUrl.origin} does not lead to this station: ${trouble}`);
    },
  };
}

const noLink = (runId: string, why: string) => refused('conflict', noLinksText(runId, why), NO_LINKS_AT);
