/** `/s/TOKEN`: reports for whoever has their link, answered as a fleet answers them. */
import { plainAddress } from '../../../net/address-ranges.ts';
import type { ItemStore } from '../../../service/ports/item-store.ts';
import type { RunStore } from '../../../service/ports/run-store.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import { urlResult } from '../../../service/share/function-url.ts';
import { DOCUMENT_HEADERS, SAFE_HEADERS } from '../../../service/share/headers.ts';
import type { LinkRuns } from '../../../service/share/link-runs.ts';
import type { Offices } from '../../../service/share/office/offices.ts';
import { createLinkServer } from '../../../service/share/serve.ts';
import { createShareFinder } from '../../../service/state/shares.ts';
import { createAttemptLimit } from '../access/attempt-limit.ts';
import type { OpenPages } from '../http/open-pages.ts';

export interface LinkPagesPorts {
  readonly items: Pick<ItemStore, 'get'>;
  readonly store: Pick<RunStore, 'get'>;
  readonly telemetry: Telemetry;
  readonly runs: LinkRuns;
  readonly offices: Offices;
  /** Epoch ms. */
  readonly now: () => number;
  /** Milliseconds that no setting of the clock moves. */
  readonly elapsed: () => number;
}

/** Links that opened nothing, of one client: a person has an old one or two, a mail program looks at each some times. */
const MOST_MISSES = 30;
const WITHIN_MS = 60_000;

/** Rejects only for bugs. */
export function createLinkPages({ elapsed, items, ...ports }: LinkPagesPorts): OpenPages {
  const answer = createLinkServer({ ...ports, shares: createShareFinder(items) });
  const limit = createAttemptLimit({ most: MOST_MISSES, withinMs: WITHIN_MS, elapsed });
  return async ({ method, path, query, headers, client }) => {
    if (!path.startsWith('/s/') && path !== '/robots.txt') return undefined;
    const wait = limit.waitOf(client);
    if (wait > 0) return tooMany(wait);
    const given = await answer({
      method,
      path,
      query,
      languages: headers['accept-language'],
      site: siteOf(headers['sec-fetch-site']),
      address: plainAddress(client),
    });
    if (given.status === 404) limit.failed(client);
    const coding = headers['accept-encoding'];
    return urlResult(given, {
      headers: typeof coding === 'string' ? { 'accept-encoding': coding } : {},
      requestContext: { http: { method } },
    });
  };
}

const siteOf = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** Whatever is asked for, so that it tells nothing. */
const tooMany = (seconds: number) => ({
  statusCode: 429,
  headers: {
    ...SAFE_HEADERS,
    ...DOCUMENT_HEADERS,
    'content-type': 'text/plain; charset=utf-8',
    'retry-after': String(seconds),
  },
  body: `Too many links that lead nowhere were tried from your network. Try again in ${seconds} s.\n`,
});
