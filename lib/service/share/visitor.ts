/** Answers for links that may check again. Whatever only looks starts nothing: a run takes a form of the link's own page. */

import type { RunStore } from '../ports/run-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { shareRunKey } from '../runs/keys.ts';
import type { Share } from '../state/shares.ts';
import { formToken, isFormToken } from './form-token.ts';
import { SAFE_HEADERS } from './headers.ts';
import type { LinkAnswer, LinkRequest } from './link.ts';
import type { LinkRuns } from './link-runs.ts';
import { NOT_FOUND_PAGE } from './not-found-page.ts';
import { pageLanguage } from './page-language.ts';
import { dataAnswer, pageAnswer } from './report-answer.ts';
import { pathsOf, questionView, refusedView, stateView } from './visitor-views.ts';

export interface VisitorPorts {
  readonly runs: LinkRuns;
  readonly store: Pick<RunStore, 'get'>;
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
}

export interface Visited {
  /** Open, and one that checks again. */
  readonly share: Share;
  readonly token: string;
  /** `again`, or a report's number; undefined: the link itself. */
  readonly part: string | undefined;
  readonly isData: boolean;
}

/** Rejects with `StoreFailed`. */
export async function answerVisitor(
  ports: VisitorPorts,
  request: LinkRequest,
  { share, token, part, isData }: Visited,
): Promise<LinkAnswer> {
  const { runs, telemetry, now } = ports;
  const paths = pathsOf(token);
  if (part === 'again') {
    if (isData) return NOT_FOUND_PAGE;
    if (request.method === 'POST') return press(ports, request, share, token);
    const view = await runs.look(share.id);
    return view === undefined
      ? NOT_FOUND_PAGE
      : questionView(share.target, paths, view, formToken(token, now()));
  }
  const view = await runs.look(share.id);
  if (view === undefined) return NOT_FOUND_PAGE;
  telemetry.info('link opened', { share: share.id, form: part === undefined ? 'state' : 'report' });
  if (part === undefined) return stateView(share.target, paths, view);
  const number = Number(part);
  if (number > 0 && !view.runs.some((run) => run.number === number && run.outcome === 'reported'))
    return NOT_FOUND_PAGE;
  const { html, json } =
    number === 0
      ? share.keys
      : { html: shareRunKey(share.id, number, 'html'), json: shareRunKey(share.id, number, 'json') };
  return isData
    ? dataAnswer(ports.store, json, `${share.id}-${number}`)
    : pageAnswer(ports.store, html, pageLanguage(request));
}

async function press(
  { runs, telemetry, now }: VisitorPorts,
  { query = '', site }: LinkRequest,
  { id }: Share,
  token: string,
): Promise<LinkAnswer> {
  const paths = pathsOf(token);
  // Since 2023 all browsers say it; what does not is no browser, or one whose word nobody can check.
  if (site !== 'same-origin')
    return refusedView(
      403,
      'This did not come from the page of the link: open the link in a current browser, and press the button there.',
      paths,
    );
  if (!isFormToken(new URLSearchParams(query).get('form') ?? undefined, token, now()))
    return refusedView(
      403,
      'The page was open too long: go back to the report, and press the button once more.',
      paths,
    );
  const started = await runs.start(id);
  telemetry.info('link pressed', { share: id, status: started.status });
  switch (started.status) {
    case 'closed':
      return NOT_FOUND_PAGE;
    case 'refused':
      return refusedView(409, started.says, paths);
    case 'started':
    case 'running':
      return {
        status: 303,
        headers: { ...SAFE_HEADERS, 'referrer-policy': 'same-origin', location: paths.home },
        text: '',
      };
    default:
      return started satisfies never;
  }
}
