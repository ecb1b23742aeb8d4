import type { EndpointReport, ReportHead, ReportObservation, ReportTail } from '../engine/report-schema.ts';
import { causeOf } from '../kinds/causes.ts';
import { factsOf } from '../kinds/facts.ts';
import { byVerdictAndPlace } from '../model/severity-order.ts';
import { duration, utc } from '../model/units.ts';
import { UNKNOWN_CAUSE } from './language/common-words.ts';
import { codeSpan, fenced, inline, lines } from './markdown/escape.ts';
import type { ReportFormat } from './reporter.ts';
import { type Alike, inconclusiveTogether, namesOf } from './words/alike.ts';
import { authorisationFacts } from './words/authorisation-facts.ts';
import { clientTables } from './words/clients.ts';
import { joinedWords } from './words/joined.ts';
import { measuredWithLine } from './words/measured-with.ts';
import { neutral, ownHosts } from './words/neutral.ts';
import { rulesShown } from './words/rules-shown.ts';
import { changedLines } from './words/since-last-run.ts';
import { positionWords, seenPhrase } from './words/sources.ts';
import {
  count,
  countsPhrase,
  route,
  sideCode,
  sideWords,
  stateWord,
  timingsLine,
  VERDICT_SYMBOL,
  VERDICT_WORD,
  verdictWord,
} from './words/terms.ts';
import { visible } from './words/visible.ts';

const verdictLabel = (judged: Pick<EndpointReport, 'verdict' | 'unread'>): string =>
  `${VERDICT_SYMBOL[judged.verdict]} ${inline(verdictWord(judged, VERDICT_WORD))}`;

/** Characters of a summary in the table; it is written in full in the details. */
const SHORT = 110;
/** Lines of an exchange that are shown: its beginning, where it fails as a rule. */
const EXCHANGE = 12;

const clipped = (text: string): string => {
  const letters = [...text];
  return letters.length > SHORT
    ? `${letters
        .slice(0, SHORT - 1)
        .join('')
        .trimEnd()}…`
    : text;
};

const idsOf = (group: Alike): string => {
  const { ids, more } = namesOf(group);
  return `${ids.map(codeSpan).join(', ')}${more}`;
};

/** One line of the table of all endpoints; of what could not be judged for one reason one line in all. */
const tableRow = (group: Alike): string => {
  const [report] = group;
  const summary =
    group.length > 1 && report.cause !== undefined
      ? (causeOf(report.cause)?.summary ?? report.summary)
      : report.summary;
  const cells = [
    verdictLabel(report),
    idsOf(group),
    report.expect === 'open' ? 'reachable' : 'not reachable',
    report.cause === undefined ? '' : codeSpan(report.cause),
    inline(sideCode(report)),
    inline(neutral(clipped(visible(summary)), ownHosts([report]))),
  ];
  return `| ${cells.join(' | ')} |\n`;
};

const DIRECTION = { sent: '>', received: '<', event: '*' } as const;

/** What a network team needs: who, when, what was sent, what came back. Plain text for a fenced block. */
function evidenceText(observation: ReportObservation, port: number): string {
  const { startedAt, timings, evidence } = observation;
  const text = [
    `${route(observation, port)}, ${utc(startedAt, true)}`,
    `State: ${stateWord(observation)}; ${timingsLine(timings)}`,
    ...factsOf(evidence).map(({ label, value }) => `${label}: ${value}`),
    ...(evidence.exchange ?? [])
      .slice(0, EXCHANGE)
      .map(({ at, dir, text: said }) => `${at} ${DIRECTION[dir]} ${said}`),
  ];
  const more = (evidence.exchange?.length ?? 0) - EXCHANGE;
  if (more > 0) text.push(`and ${more} more lines: see the HTML report`);
  return text.map(visible).join('\n');
}

/** One look of each kind: the others, from other vantages and in other attempts, saw the same. */
function evidence({ observations, port }: EndpointReport): string {
  const looks = new Map<string, ReportObservation[]>();
  for (const one of observations) {
    const look = `${one.state} ${one.cause ?? ''}`;
    looks.set(look, [...(looks.get(look) ?? []), one]);
  }
  return [...looks.values()]
    .map(([first, ...others]) => {
      if (first === undefined) return '';
      const same = [...new Set(others.map(({ vantage, address }) => `${vantage} → ${address}`))];
      const also =
        same.length === 0
          ? ''
          : `\nThe same, ${count(others.length, 'time')}: ${codeSpan(same.slice(0, 8).join(', '))}\n`;
      return `\nEvidence:\n\n${fenced(evidenceText(first, port))}${also}`;
    })
    .join('');
}

/** Which clients connect, by what was seen. */
const clients = (report: EndpointReport): string =>
  clientTables(report)
    .map(({ seenBy, rows }) => {
      const lines = rows.map(
        (row) => `| ${[row.name, row.connects, row.why, row.known].map(inline).join(' | ')} |\n`,
      );
      return `\nWho can connect, as seen by ${codeSpan(seenBy)}:\n\n| Client | Connects | Why | Known by |\n|---|---|---|---|\n${lines.join('')}`;
    })
    .join('');

/** The section of an endpoint that someone has to look at. */
function problem(group: Alike): string {
  const [report] = group;
  const own = ownHosts([report]);
  let text = `## ${verdictLabel(report)}: ${idsOf(group)}\n\n${inline(neutral(report.summary, own))}\n\n`;
  const facts: [string, string | undefined][] = [
    ['Cause', report.cause && codeSpan(report.cause)],
    [
      'Also found',
      report.alsoFound
        ?.map((code) => `${codeSpan(code)} (${inline(causeOf(code)?.summary ?? UNKNOWN_CAUSE)})`)
        .join(', '),
    ],
    ['Who acts', inline(sideWords(report) ?? '')],
    ['Level', report.level],
    ['Why it is checked', report.reason && inline(report.reason)],
    ['Source', report.source && codeSpan(report.source)],
    [
      'Before',
      changedLines(report)
        .map((line) => inline(neutral(visible(line), own)))
        .join('; '),
    ],
    ['Note', report.flapped ? 'the attempts disagreed: the failure did not repeat' : undefined],
  ];
  for (const [label, value] of facts) if (value) text += `- **${label}:** ${value}\n`;
  if (report.fix)
    text += `\n**Fix:** ${lines(
      report.fix
        .split('\n')
        .map((line) => neutral(line, own))
        .join('\n'),
    )}\n`;
  const rules = rulesShown(report);
  if (rules.further !== undefined) text += `\n**Rules:** ${inline(rules.further)}\n`;
  for (const { product, rule, find } of rules.shown) {
    text += `\nRule for ${inline(product)}:\n\n${fenced(rule)}`;
    if (find !== undefined) text += `\nTo find the packet there:\n\n${fenced(find)}`;
  }
  return `${text}${clients(report)}${evidence(report)}\n`;
}

function vantages(tail: ReportTail): string {
  let text = '## Where this was seen from\n\n';
  for (const said of tail.remarks ?? []) text += `${inline(neutral(said))}\n\n`;
  for (const vantage of tail.vantages) {
    const { id, kind, sourceAddress, controls, negativeControl, unavailable } = vantage;
    const seen = seenPhrase(vantage);
    const source = sourceAddress === undefined ? '' : `, source address ${codeSpan(sourceAddress)}`;
    text += `- ${codeSpan(id)} (${[kind, ...positionWords(vantage)].map(inline).join(', ')}${source}${seen === undefined ? '' : `, ${inline(seen)}`})\n`;
    if (unavailable !== undefined) text += `  - **gave no result:** ${inline(neutral(unavailable))}\n`;
    for (const { port, ok, family, target, detail } of controls) {
      const over = family === undefined ? '' : ` over IPv${family}`;
      const to = target === undefined ? '' : ` to ${codeSpan(target)}`;
      text += `  - control for port ${port}${over}${to}: ${ok ? 'answered' : '**failed**'}${detail ? ` (${inline(neutral(detail))})` : ''}\n`;
    }
    if (negativeControl)
      text += `  - negative control ${codeSpan(negativeControl.address)}: ${negativeControl.clean ? 'did not connect, as it must be' : '**connected: this network answers for everyone**'} (${inline(neutral(negativeControl.detail))})\n`;
  }
  return text;
}

/** What a listener at the other end decided. */
const joined = (tail: ReportTail): string =>
  joinedWords(tail)
    .map(({ about, lines: told }) => {
      const items = told.map(
        ({ text, cause, who, fix }) =>
          `- ${cause === undefined ? '' : `${codeSpan(cause)} `}${inline(neutral(text))}\n${who === undefined ? '' : `  - **Who acts:** ${inline(who)}\n`}${fix === undefined ? '' : `  - **Fix:** ${inline(neutral(fix))}\n`}`,
      );
      return `## What both ends know\n\n${inline(about)}\n\n${items.join('')}\n`;
    })
    .join('');

/** These lines contain no text of others; the blank line lets Markdown go on within (CommonMark §4.6). */
const FOLD = '<details>\n<summary>Diagnosis, rules and evidence</summary>\n\n';

/** What is well, and was not so in the run before, or is so in another way. */
function recovered(sorted: readonly EndpointReport[]): string {
  const told = sorted
    .filter(({ verdict }) => verdict === 'pass')
    .flatMap((report) =>
      changedLines(report).map(
        (line) => `- ${codeSpan(report.id)}: ${inline(neutral(visible(line), ownHosts([report])))}\n`,
      ),
    );
  if (told.length === 0) return '';
  const more = told.length > 10 ? `- and ${told.length - 10} more\n` : '';
  return `## Passed, and changed\n\n${told.slice(0, 10).join('')}${more}\n`;
}

function document(tail: ReportTail, notice: ReportHead['notice'], endpoints: EndpointReport[]): string {
  const sorted = [...endpoints].sort(byVerdictAndPlace);
  const alike = inconclusiveTogether(sorted);
  const took = duration(Date.parse(tail.finishedAt) - Date.parse(tail.startedAt));
  const profile = tail.profile === undefined ? '' : `profile ${codeSpan(tail.profile)}, `;
  const title = `# ${verdictLabel(tail)}: ${inline(tail.summary)}\n\n`;
  const measured = measuredWithLine(tail);
  const settings = measured === undefined ? '' : `${inline(measured)}\n\n`;
  const banner = notice === undefined ? '' : `> **${inline(notice)}**\n\n`;
  const facts = `${count(endpoints.length, 'endpoint')}: ${countsPhrase(tail.counts)}. Checked ${utc(tail.startedAt)} in ${took}, ${profile}run ${codeSpan(tail.id)}.\n\n`;
  const authorisation = authorisationFacts(tail).map(
    ({ label, value }) => `- **${label}:** ${inline(value)}\n`,
  );
  const asked = authorisation.length === 0 ? '' : `${authorisation.join('')}\n`;
  const partial = tail.partial ? '**Cut short: this is what was measured until then.**\n\n' : '';
  const table = `| Verdict | Endpoint | Must be | Cause | Side | Summary |\n|---|---|---|---|---|---|\n${alike.map(tableRow).join('')}\n`;
  const problems = alike.filter(([{ verdict }]) => verdict !== 'pass').map(problem);
  const details = `${problems.join('')}${joined(tail)}${recovered(sorted)}${vantages(tail)}`;
  return `${banner}${title}${settings}${facts}${asked}${partial}${table}${FOLD}${details}\n</details>\n`;
}

/** For a ticket: verdict, table, and for each problem diagnosis, side, fix, rules and evidence. */
export const markdown: ReportFormat = {
  id: 'markdown',
  extension: 'md',
  mediaType: 'text/markdown; charset=utf-8',
  streams: false,
  open() {
    const endpoints: EndpointReport[] = [];
    let notice: string | undefined;
    return {
      begin(head) {
        notice = head.notice;
        return '';
      },
      endpoint(report) {
        // A healthy endpoint is one line of the table: its evidence is not kept.
        endpoints.push(report.verdict === 'pass' ? { ...report, observations: [] } : report);
        return '';
      },
      end: (tail) => document(tail, notice, endpoints),
    };
  },
};
