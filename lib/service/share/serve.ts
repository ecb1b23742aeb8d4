/** Answers requests for links. The answer for a link that ended and for one that never existed has the same bytes. */

import type { SourcesSeen } from '../contracts/sources.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { isFailure } from '../runs/failure.ts';
import { stateOf } from '../state/share-lifetime.ts';
import type { ShareStore } from '../state/shares.ts';
import { DOCUMENT_HEADERS, SAFE_HEADERS } from './headers.ts';
import type { LinkAnswer, LinkRequest } from './link.ts';
import type { LinkRuns } from './link-runs.ts';
import { NOT_FOUND_PAGE } from './not-found-page.ts';
import type { Offices } from './office/offices.ts';
import { answerOffice } from './office-visitor.ts';
import { pageLanguage } from './page-language.ts';
import { dataAnswer, pageAnswer } from './report-answer.ts';
import { createSourcesList } from './sources-list.ts';
import { answerVisitor } from './visitor.ts';

export interface LinkPorts {
  readonly shares: Pick<ShareStore, 'byToken'>;
  readonly store: Pick<RunStore, 'get'>;
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
  /** What `/sources.json` gives; absent: nothing is there. Rejects as the store does. */
  readonly sources?: () => Promise<SourcesSeen>;
  /** What visitors start, where their link lets them. */
  readonly runs: LinkRuns;
  /** What visitors tell of their office, where their link asks for it. */
  readonly offices: Offices;
}

const SOURCES_PATH = '/sources.json';
/** `/s/TOKEN`, its data `/s/TOKEN.json`; of links that check again, too, `/s/TOKEN/again` and the reports `/s/TOKEN/0`, `/s/TOKEN/1.json`; of links that ask offices `/s/TOKEN/office`. */
const LINK = /^\/s\/([A-Za-z0-9_-]{43})(?:\/(again|office|0|[1-9]\d{0,2}))?(\.json)?$/;

/**
 * Crawlers may look at reports, where `noindex` forbids them to list what they saw: one that may not look would list
 * a link that it found elsewhere by its address, and that is the token.
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
  const sources = ports.sources && createSourcesList(ports.sources, ports.now);
  return async (request) => {
    const { method, path } = request;
    const [, token, part, json] = LINK.exec(path) ?? [];
    const mayPost = (part === 'again' || part === 'office') && method === 'POST';
    if (method !== 'GET' && method !== 'HEAD' && !mayPost) return NOT_FOUND_PAGE;
    if (path === '/robots.txt') return ROBOTS;
    const list = path === SOURCES_PATH ? sources : undefined;
    if (token === undefined && list === undefined) return NOT_FOUND_PAGE;
    try {
      if (list !== undefined) return await list();
      if (token === undefined) return NOT_FOUND_PAGE;
      const share = await ports.shares.byToken(token);
      if (share === undefined || stateOf(share, ports.now()) !== 'open') return NOT_FOUND_PAGE;
      if (part === 'office' && json === undefined && share.office !== undefined)
        return await answerOffice(ports, request, { share: { id: share.id, office: share.office }, token });
      if (part === 'office') return NOT_FOUND_PAGE;
      if (share.again !== undefined && !(part === undefined && json !== undefined))
        return await answerVisitor(ports, request, { share, token, part, isData: json !== undefined });
      if (part !== undefined) return NOT_FOUND_PAGE;
      const answer =
        json === undefined
          ? await pageAnswer(ports.store, share.keys.html, pageLanguage(request))
          : await dataAnswer(ports.store, share.keys.json, share.id);
      ports.telemetry.info('link opened', { share: share.id, form: json === undefined ? 'html' : 'json' });
      return answer;
    } catch (error) {
      if (!isFailure(error, 'StoreFailed')) throw error;
      ports.telemetry.error('link not served', { error: error.message });
      return UNAVAILABLE;
    }
  };
}
