/** Answers who follows a link. Whether a link ended or never was, the answer is the same to the byte. */
import { isFailure } from '../fleet/failure.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { DOCUMENT_HEADERS, headersOfPage, SAFE_HEADERS } from './headers.ts';
import { stateOf } from './lifetime.ts';
import { NOWHERE } from './nowhere.ts';
import type { Share } from './share.ts';
import type { ShareStore } from './share-store.ts';

export interface LinkRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
}

export interface LinkAnswer {
  readonly status: 200 | 404 | 503;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface LinkPorts {
  readonly shares: Pick<ShareStore, 'byToken'>;
  readonly store: Pick<RunStore, 'get'>;
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
}

const LINK = /^\/s\/([A-Za-z0-9_-]{43})(\.json)?$/;

/**
 * Crawlers may look at reports, where `noindex` tells them to forget what they saw: one that may not look would list
 * a link that it found elsewhere by its bare address, and that is the token.
 */
const ROBOTS: LinkAnswer = {
  status: 200,
  headers: { ...SAFE_HEADERS, ...DOCUMENT_HEADERS, 'content-type': 'text/plain; charset=utf-8' },
  text: 'User-agent: *\nAllow: /s/\nDisallow: /\n',
};

const UNAVAILABLE: LinkAnswer = {
  status: 503,
  headers: {
    ...SAFE_HEADERS,
    ...DOCUMENT_HEADERS,
    'content-type': 'text/plain; charset=utf-8',
    'retry-after': '30',
  },
  text: 'The report can’t be fetched at the moment. Try again in a minute.\n',
};

/** Never rejects for what the table or the bucket does. Neither path nor token is written to a log. */
export function createLinkServer(ports: LinkPorts): (request: LinkRequest) => Promise<LinkAnswer> {
  return async ({ method, path }) => {
    if (method !== 'GET' && method !== 'HEAD') return NOWHERE;
    if (path === '/robots.txt') return ROBOTS;
    const [, token, json] = LINK.exec(path) ?? [];
    if (token === undefined) return NOWHERE;
    try {
      const share = await ports.shares.byToken(token);
      if (share === undefined || stateOf(share, ports.now()) !== 'open') return NOWHERE;
      const answer = json === undefined ? await page(share, ports) : await data(share, ports);
      ports.telemetry.info('link opened', { share: share.id, form: json === undefined ? 'html' : 'json' });
      return answer;
    } catch (error) {
      if (!isFailure(error, 'StoreFailed')) throw error;
      ports.telemetry.error('link not served', { error: error.message });
      return UNAVAILABLE;
    }
  };
}

async function page({ keys }: Share, { store }: LinkPorts): Promise<LinkAnswer> {
  const text = await store.get(keys.html);
  return { status: 200, headers: headersOfPage(text), text };
}

/** The canonical JSON that the page holds, signed. */
async function data({ keys, id }: Share, { store }: LinkPorts): Promise<LinkAnswer> {
  return {
    status: 200,
    headers: {
      ...SAFE_HEADERS,
      ...DOCUMENT_HEADERS,
      'content-type': 'application/json',
      'content-disposition': `inline; filename="report-${id}.json"`,
    },
    text: await store.get(keys.json),
  };
}
