import { causes } from '../diagnose/causes/index.ts';
import type { EndpointReport, ReportHead, ReportObservation, ReportTail } from '../model/report.ts';
import { readEvidence } from './evidence.ts';
import { observationFacts } from './facts.ts';
import { mandateFacts } from './mandate.ts';
import { codeSpan, fenced, inline, lines } from './markdown/escape.ts';
import type { ReportFormat } from './reporter.ts';
import { visible } from './visible.ts';
import {
  count,
  countsPhrase,
  duration,
  gravity,
  route,
  SIDE_WORDS,
  timingsLine,
  utc,
  VERDICT_SYMBOL,
  VERDICT_WORD,
} from './words.ts';

const badge = (verdict: EndpointReport['verdict']): string =>
  `${VERDICT_SYMBOL[verdict]} ${verdict === 'inconclusive' ? 'INCONCLUSIVE' : VERDICT_WORD[verdict]}`;

/** One line of the table of all endpoints. */
const tableRow = (report: EndpointReport): string => {
  const cells = [
    badge(report.verdict),
    codeSpan(report.id),
    report.expect === 'open' ? 'reachable' : 'not reachable',
    report.cause === undefined ? '' : codeSpan(report.cause),
    report.side ?? '',
    inline(report.summary),
  ];
  return `| ${cells.join(' | ')} |\n`;
};

const DIRECTION = { sent: '>', received: '<', event: '*' } as const;

/** What a network team asks for: who, when, what was sent, what came back. Plain text for a fence. */
function evidenceText(observation: ReportObservation, port: number): string {
  const evidence = readEvidence(observation.evidence);
  const { state, startedAt, timings } = observation;
  const text = [
    `${route(observation, port)}, ${utc(startedAt, true)}`,
    `State: ${state}; ${timingsLine(timings)}`,
    ...observationFacts(observation, evidence).map(({ label, value }) => `${label}: ${value}`),
    ...(evidence.exchange ?? []).map(({ at, dir, text: said }) => `${at} ${DIRECTION[dir]} ${said}`),
  ];
  return text.map(visible).join('\n');
}

/** The section of an endpoint that someone has to look at. */
function problem(report: EndpointReport): string {
  let text = `## ${badge(report.verdict)}: ${codeSpan(report.id)}\n\n${inline(report.summary)}\n\n`;
  const facts: [string, string | undefined][] = [
    ['Cause', report.cause && codeSpan(report.cause)],
    [
      'Also found',
      report.alsoFound?.map((code) => `${codeSpan(code)} (${inline(causes[code].summary)})`).join(', '),
    ],
    ['Who acts', report.side && inline(SIDE_WORDS[report.side])],
    ['Level', report.level],
    ['Why it is checked', report.reason && inline(report.reason)],
    ['Source', report.source && codeSpan(report.source)],
    ['Note', report.flapped ? 'the attempts disagreed: the failure did not repeat' : undefined],
  ];
  for (const [label, value] of facts) if (value) text += `- **${label}:** ${value}\n`;
  if (report.fix) text += `\n**Fix:** ${lines(report.fix)}\n`;
  for (const { product, rule } of report.rules ?? [])
    text += `\nRule for ${inline(product)}:\n\n${fenced(rule)}`;
  for (const observation of report.observations)
    text += `\nEvidence:\n\n${fenced(evidenceText(observation, report.port))}`;
  return `${text}\n`;
}

function vantages(tail: ReportTail): string {
  let text = '## Where this was seen from\n\n';
  for (const { id, kind, sourceAddress, controls, negativeControl, unavailable } of tail.vantages) {
    const source = sourceAddress === undefined ? '' : `, source address ${codeSpan(sourceAddress)}`;
    text += `- ${codeSpan(id)} (${inline(kind)}${source})\n`;
    if (unavailable !== undefined) text += `  - **gave no result:** ${inline(unavailable)}\n`;
    for (const { port, ok, family, target, detail } of controls) {
      const over = family === undefined ? '' : ` over IPv${family}`;
      const to = target === undefined ? '' : ` to ${codeSpan(target)}`;
      text += `  - control for port ${port}${over}${to}: ${ok ? 'answered' : '**failed**'}${detail ? ` (${inline(detail)})` : ''}\n`;
    }
    if (negativeControl)
      text += `  - negative control ${codeSpan(negativeControl.address)}: ${negativeControl.clean ? 'did not connect, as it must be' : '**connected: this network answers for everyone**'} (${inline(negativeControl.detail)})\n`;
  }
  return text;
}

function document(tail: ReportTail, notice: ReportHead['notice'], endpoints: EndpointReport[]): string {
  const sorted = [...endpoints].sort((a, b) => gravity(a.verdict) - gravity(b.verdict));
  const took = duration(Date.parse(tail.finishedAt) - Date.parse(tail.startedAt));
  const profile = tail.profile === undefined ? '' : `profile ${codeSpan(tail.profile)}, `;
  const title = `# ${badge(tail.verdict)}: ${inline(tail.summary)}\n\n`;
  const banner = notice === undefined ? '' : `> **${inline(notice)}**\n\n`;
  const facts = `${count(endpoints.length, 'endpoint')}: ${countsPhrase(tail.counts)}. Checked ${utc(tail.startedAt)} in ${took}, ${profile}run ${codeSpan(tail.id)}.\n\n`;
  const mandate = mandateFacts(tail).map(({ label, value }) => `- **${label}:** ${inline(value)}\n`);
  const asked = mandate.length === 0 ? '' : `${mandate.join('')}\n`;
  const partial = tail.partial ? '**Cut short: this is what was measured until then.**\n\n' : '';
  const table = `| Verdict | Endpoint | Must be | Cause | Side | Summary |\n|---|---|---|---|---|---|\n${sorted.map(tableRow).join('')}\n`;
  const problems = sorted.filter(({ verdict }) => verdict !== 'pass').map(problem);
  return banner + title + facts + asked + partial + table + problems.join('') + vantages(tail);
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
        // A healthy endpoint is one line of the table: its evidence need not be kept.
        endpoints.push(report.verdict === 'pass' ? { ...report, observations: [] } : report);
        return '';
      },
      end: (tail) => document(tail, notice, endpoints),
    };
  },
};
