/** A report as a paragraph of plain text for a ticket: what was checked, from where, what came out, whose turn it is. */
import type { EndpointReport, Report } from '../model/report.ts';
import type { Verdict } from '../model/vocabulary.ts';
import { visible } from './visible.ts';
import { count, SIDE_WORDS, utc } from './words.ts';

export interface TicketLink {
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Endpoints that are told one by one. */
const NAMED = 8;

const VERDICTS = {
  pass: 'everything can be reached as it should',
  warn: 'everything can be reached as it should, with warnings',
  fail: 'something is not as it should be',
  inconclusive: 'we could not tell; nothing is proven against the customer',
} as const satisfies Record<Verdict, string>;

const WORDS = {
  pass: 'Passed',
  warn: 'Warning',
  fail: 'Failed',
  inconclusive: 'Not proven',
} as const satisfies Record<Verdict, string>;

/** Lines that no ticket system breaks: no markup, no tabs, each one visible text. Without `link` it names none. */
export function ticketText(report: Report, link?: TicketLink): string {
  const { endpoints, vantages, profile, startedAt, verdict } = report;
  const hosts = [...new Set(endpoints.map(({ target }) => target))];
  const from = vantages
    .filter(({ unavailable }) => unavailable === undefined)
    .map(({ id, sourceAddress }) => (sourceAddress === undefined ? id : `${id} (${sourceAddress})`));
  const bad = endpoints.filter((one) => one.verdict === 'fail' || one.verdict === 'inconclusive');
  const warned = endpoints.filter((one) => one.verdict === 'warn');
  const told = [...bad, ...warned];
  const lines = [
    `Inbound Check of ${hosts.join(', ')}${profile === undefined ? '' : ` (profile ${profile})`}, ${utc(startedAt)}: ${VERDICTS[verdict]}.`,
    `Checked: ${count(endpoints.length, 'endpoint')} from ${
      from.length === 0
        ? 'no vantage that answered'
        : `${count(from.length, 'place')} on the internet: ${from.join(', ')}`
    }. ${report.summary}`,
    ...byRemedy(told.slice(0, NAMED)).flatMap(groupLines),
    ...(told.length > NAMED ? [`And ${told.length - NAMED} more: see the report.`] : []),
    ...(link === undefined
      ? []
      : [
          `Proof, with times in UTC, and what was sent and answered: ${link.url} (the link lives until ${utc(link.expiresAt)}).`,
        ]),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

/** Those that one step mends stand together, each group where its first stood. */
function byRemedy(endpoints: readonly EndpointReport[]): EndpointReport[][] {
  const groups = new Map<string, EndpointReport[]>();
  for (const endpoint of endpoints) {
    const { id, side, fix } = endpoint;
    const remedy = JSON.stringify(fix === undefined ? [id] : [side, fix]);
    groups.set(remedy, [...(groups.get(remedy) ?? []), endpoint]);
  }
  return [...groups.values()];
}

function groupLines(group: readonly EndpointReport[]): string[] {
  const { side, fix } = group[0] ?? {};
  return [
    ...group.map(({ id, verdict, summary }) => `- ${WORDS[verdict]}: ${id}: ${summary}`),
    ...(side === undefined ? [] : [`  Who acts: ${SIDE_WORDS[side]}.`]),
    ...(fix === undefined ? [] : [`  What to do: ${fix.replace(/\s+/g, ' ').trim()}`]),
  ];
}
