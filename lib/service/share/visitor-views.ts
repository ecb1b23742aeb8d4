/** What a visitor of a link that may check again sees: its state, the question before a run, and a refusal. */
import { utc } from '../../model/units.ts';
import { VERDICT_TITLE } from '../../report/language/common-words.ts';
import type { LinkRun } from '../state/link-runs.ts';
import type { LinkAnswer } from './link.ts';
import type { LinkRow, LinkSide, LinkView } from './link-runs.ts';
import { type Markup, markup, visitorPage } from './visitor-page.ts';

/** Paths of one link. */
export interface LinkPaths {
  readonly home: string;
  readonly again: string;
  /** 0: the report that was shared. */
  readonly report: (number: number) => string;
}

export const pathsOf = (token: string): LinkPaths => ({
  home: `/s/${token}`,
  again: `/s/${token}/again`,
  report: (number) => `/s/${token}/${number}`,
});

const STEP_WORDS: Readonly<Record<string, string>> = {
  plan: 'It is being prepared.',
  probe: 'The endpoints are being asked.',
  judge: 'What was seen is being judged.',
  pause: 'What failed is asked again after a pause, so that one bad moment decides nothing.',
  report: 'The report is being written.',
  publish: 'The report is being written.',
};

export function stateView(target: string, paths: LinkPaths, view: LinkView): LinkAnswer {
  const { shared, runs, rows, more, running, budget } = view;
  const last = runs.findLast(({ outcome }) => outcome === 'reported');
  return visitorPage({
    status: 200,
    title: running ? `${target} is being checked again` : (last?.summary ?? shared.summary),
    isLive: running !== undefined,
    main: markup`${running ? runningWords(running) : toolsOf(paths, budget)}
${runs.at(-1)?.outcome === 'failed' || runs.at(-1)?.outcome === 'stopped' ? markup`<p class="wrong">The last check came to no result, for a reason on the checking side. Try again, or ask whoever sent you this link.</p>` : undefined}
<h2>${last === undefined ? 'What was found' : 'Before and now'}</h2>
${rows.map((row) => rowOf(row, last !== undefined))}
${more > 0 ? markup`<p class="dim">${more} more are in the report.</p>` : undefined}
<h2>Reports</h2>
<ol>
<li><a href="${paths.report(0)}">${utc(shared.finishedAt)}</a>: ${shared.summary}</li>
${runs.flatMap((run) => (run.outcome === 'reported' ? [reportLine(run, paths)] : []))}
</ol>
<p class="dim">Each report opens alone, as it was signed. Save it and check it with inbound-check verify.</p>`,
  });
}

const runningWords = ({ step, vantages }: NonNullable<LinkView['running']>): Markup =>
  markup`<p id="live" role="status">${STEP_WORDS[step] ?? 'It is under way.'}${vantages === undefined ? undefined : markup` Vantages that have answered: ${vantages}.`}</p>
<p class="dim">This page looks again by itself, and shows what changed when the check has ended.</p>`;

const toolsOf = (paths: LinkPaths, { left, of }: LinkView['budget']): Markup =>
  left > 0
    ? markup`<p class="tools"><a class="button" href="${paths.again}">Check again…</a> <span class="dim">${left} of ${of} left</span></p>`
    : markup`<p>This link has no check left: ask whoever sent you this link for another one.</p>`;

const reportLine = ({ number, endedAt, summary }: LinkRun, paths: LinkPaths): Markup =>
  markup`<li><a href="${paths.report(number)}">${endedAt === undefined ? '' : utc(endedAt)}</a>: ${summary}</li>
`;

function rowOf({ endpoint, before, now, changes }: LinkRow, isCompared: boolean): Markup {
  return markup`<section class="card">
<h3><code>${endpoint}</code></h3>
<dl class="sides">
${isCompared ? markup`${sideOf('Before', before)}${sideOf('Now', now)}` : sideOf(undefined, before)}</dl>
${isCompared ? changesOf(changes) : undefined}</section>
`;
}

const changesOf = (changes: readonly string[]): Markup =>
  changes.length === 0
    ? markup`<p class="dim">Nothing changed.</p>
`
    : markup`<ul>${changes.map((text) => markup`<li>${text}</li>`)}</ul>
`;

const sideOf = (label: string | undefined, side: LinkSide | undefined): Markup =>
  markup`<div class="${side?.verdict ?? 'none'}"><dt>${label ?? 'Found'}</dt><dd>${
    side === undefined
      ? 'not in the report'
      : markup`<span class="word">${VERDICT_TITLE[side.verdict]}</span>${side.cause === undefined ? undefined : markup` <code>${side.cause}</code>`}<br>${side.text}`
  }</dd></div>
`;

/** Asked by GET, so whatever only looks starts nothing. */
export const questionView = (
  target: string,
  paths: LinkPaths,
  { budget }: Pick<LinkView, 'budget'>,
  token: string,
): LinkAnswer =>
  visitorPage({
    status: 200,
    title: `Check ${target} again?`,
    main: markup`<p>The endpoints of the report are asked once more, from the same places. It takes some minutes, and you can watch it.</p>
<p class="dim">This link has ${budget.left} of ${budget.of} checks left, at least ${budget.everyMinutes} minutes apart.</p>
<form class="tools" method="post" action="${paths.again}?form=${token}"><button>Check now</button> <a class="plain" href="${paths.home}">Back to the report</a></form>`,
  });

export const refusedView = (status: 403 | 409, says: string, paths: LinkPaths): LinkAnswer =>
  visitorPage({
    status,
    title: 'Not checked again',
    main: markup`<p class="wrong" role="alert">${says}</p>
<p><a class="plain" href="${paths.home}">Back to the report</a></p>`,
  });
