/** What somebody in an office sees: their own address, what is tried, what came of it, and what that means. */
import { utc } from '../../model/units.ts';
import { MAX_PLACE, OFFICE_PATIENCE_MS, type OfficeOrder, type OfficeOutcome } from '../state/offices.ts';
import type { LinkAnswer } from './link.ts';
import { fromWords, judgeOffice, sawWords, spent } from './office/judgement.ts';
import type { OfficeView } from './office/offices.ts';
import { OFFICE_SCRIPT } from './office/script.ts';
import { commandsFor } from './office/way.ts';
import { type Markup, markup, visitorPage } from './visitor-page.ts';

export interface OfficePaths {
  /** Of this page. */
  readonly home: string;
  /** Of the report. */
  readonly report: string;
}

export const officePaths = (token: string): OfficePaths => ({
  home: `/s/${token}/office`,
  report: `/s/${token}`,
});

interface Shown {
  readonly order: OfficeOrder;
  readonly view: OfficeView;
  /** Where the visitor's request came from. */
  readonly address: string | undefined;
  readonly paths: OfficePaths;
  /** Of the form. */
  readonly token: string;
}

export function officeView({ order, view, address, paths, token }: Shown): LinkAnswer {
  const { endpoint, way, outside } = order;
  const [last] = view.own;
  const action = `${paths.home}?form=${token}`;
  return visitorPage({
    status: 200,
    title: last === undefined ? `Does this office reach ${endpoint.host}?` : `This office ${sawWords(last)}`,
    script: OFFICE_SCRIPT,
    ...(way === 'fetch' && { connect: new URL(endpoint.url).origin }),
    main: markup`${last && resultOf(last, order)}
<dl class="facts">
<div><dt>Your address</dt><dd>${address === undefined ? 'not known' : markup`<code>${address}</code>`} <span class="dim">as this page’s server sees it: that of your office’s router or proxy, as a rule. Other connections may leave by another one.</span></dd></div>
<div><dt>What is tried</dt><dd><code>${endpoint.url}</code></dd></div>
<div><dt>${fromWords(outside)}</dt><dd>${outsideOf(order)} <a href="${paths.report}">The report</a></dd></div>
</dl>
${view.left > 0 ? trying(order, action, last) : markup`<p>This link takes no more attempts: ask whoever sent you this link for another one.</p>`}
${
  view.own.length > 1
    ? markup`<h2>Before, from this address</h2>
<ul>${view.own.slice(1).map((one) => markup`<li>${utc(one.at)}: ${sawWords(one)}</li>`)}</ul>
`
    : undefined
}<p class="dim">${noteOf(way)} ${view.left} of ${view.of} attempts left.</p>`,
  });
}

const outsideOf = ({ outside: { at, reached, of } }: OfficeOrder): string =>
  of === 0
    ? `nothing was decided (${utc(at)}).`
    : `${reached} of ${of} ${of === 1 ? 'place' : 'places'} got an answer (${utc(at)}).`;

const resultOf = (outcome: OfficeOutcome, { outside }: OfficeOrder): Markup =>
  markup`<p role="status" class="wide ${CLASS[judgeOffice(outcome, outside).meaning]}">${judgeOffice(outcome, outside).says}</p>
`;

const CLASS = {
  'both-reach': 'pass',
  'office-alone': 'warn',
  'office-path': 'fail',
  neither: 'fail',
  'outside-differs': 'warn',
  undecided: 'inconclusive',
  'no-outside': 'inconclusive',
} as const;

const noteOf = (way: OfficeOrder['way']): string =>
  `${way === 'fetch' ? 'Nothing is tried before you press the button. If your browser asks whether this page may reach devices on your local network, allow it.' : 'Nothing is told before you press a button.'} What is kept: the time, your address, the outcome, and what you call this office. Whoever sent you the link reads it.`;

function trying(order: OfficeOrder, action: string, last: OfficeOutcome | undefined): Markup {
  switch (order.way) {
    case 'fetch':
      return markup`${byPage(order, action, last)}${last === undefined ? undefined : byHand(order, action, 'A browser tells a page neither which answer came nor why none did. Open it yourself, then say what you saw.')}`;
    case 'open':
      return markup`${placeField(last)}${byHand(
        order,
        action,
        'This page may not try the address itself: a browser lets no secure page ask an insecure one, nor a bare address. Open it in a tab of its own, come back, and say what you saw.',
      )}`;
    case 'type':
      return typed(order, action, last);
    default:
      return order.way satisfies never;
  }
}

const byPage = ({ endpoint }: OfficeOrder, action: string, last: OfficeOutcome | undefined): Markup =>
  markup`<form method="post" action="${action}" data-url="${endpoint.url}" data-patience="${OFFICE_PATIENCE_MS}">
${placeField(last)}<p class="tools"><button>${last === undefined ? 'Try it now' : 'Try once more'}</button></p>
<p id="state" role="status" data-trying="Trying for ${spent(OFFICE_PATIENCE_MS)} at most…"></p>
</form>
<noscript><p class="wrong">Scripts are off in this browser, so the page can try nothing. Open the address yourself, and say what you saw.</p>${byHand({ endpoint }, action, '')}</noscript>
`;

const placeField = (last: OfficeOutcome | undefined): Markup =>
  markup`<p><label for="place">What is this office called? <span class="dim">(if you like)</span></label><br><input id="place" maxlength="${MAX_PLACE}" autocomplete="organization" placeholder="Zurich, 3rd floor" value="${last?.place}"></p>
`;

const byHand = ({ endpoint }: Pick<OfficeOrder, 'endpoint'>, action: string, why: string): Markup =>
  markup`<section class="card">
${
  why === ''
    ? undefined
    : markup`<p>${why}</p>
`
}<p><a href="${endpoint.url}" target="_blank" rel="noopener noreferrer">Open ${endpoint.url}</a></p>
${saying(action, [
  ['opened', 'It opened'],
  ['not-opened', 'It did not open'],
])}</section>
`;

function typed({ endpoint }: OfficeOrder, action: string, last: OfficeOutcome | undefined): Markup {
  const { windows, others } = commandsFor(endpoint);
  return markup`${placeField(last)}<section class="card">
<p>No browser connects to this port for a page, so type one of these on your own machine, and say what came.</p>
<dl class="facts">
<div><dt>Windows (PowerShell)</dt><dd><code>${windows}</code><br><span class="dim">It worked when the last line is <code>TcpTestSucceeded : True</code>.</span></dd></div>
<div><dt>macOS, Linux</dt><dd><code>${others}</code><br><span class="dim">It worked when it says <code>succeeded</code>, <code>open</code> or <code>Connected</code>.</span></dd></div>
</dl>
${saying(action, [
  ['connected', 'It worked'],
  ['not-connected', 'It did not work'],
])}</section>
`;
}

/** The outcome is in the address of each button, so that they do without script. */
const saying = (action: string, buttons: readonly (readonly [saw: string, text: string])[]): Markup =>
  markup`<form class="tools" method="post" action="${action}">${buttons.map(
    ([saw, text]) => markup`<button formaction="${action}&amp;saw=${saw}" data-saw="${saw}">${text}</button>`,
  )}</form>
`;

export const officeRefused = (status: 403 | 409, says: string, { home }: OfficePaths): LinkAnswer =>
  visitorPage({
    status,
    title: 'Not taken',
    main: markup`<p class="wrong" role="alert">${says}</p>
<p><a class="plain" href="${home}">Back</a></p>`,
  });
