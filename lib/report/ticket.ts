/** A report as a paragraph of plain text for a ticket: what was checked, from where, the result, who has to act. */
import type { EndpointReport, Report } from '../engine/report-schema.ts';
import { PATH_ONLY } from '../kinds/listener/proof-in-report.ts';
import { utc } from '../model/units.ts';
import type { Verdict } from '../model/vocabulary.ts';
import { joinedWords } from './words/joined.ts';
import { measuredWithLine } from './words/measured-with.ts';
import { neutral, ownHosts } from './words/neutral.ts';
import { seenMeaning, withSources } from './words/sources.ts';
import { count, sideCode, sideWords, verdictWord } from './words/terms.ts';
import { visible } from './words/visible.ts';

export interface TicketLink {
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** No vantage that answered is on the internet: the machine itself, or the station's, or one of a site. */
const isOwnNetwork = (vantages: Report['vantages']): boolean =>
  vantages.every(
    ({ kind, position }) => position !== 'internet' && (position !== undefined || kind === 'local'),
  );

/** Places of the internet first; what others saw is told, and says nothing about the internet. */
function placesWords(vantages: Report['vantages']): string {
  const answered = vantages.filter(({ unavailable }) => unavailable === undefined);
  const isWorld = ({ position = 'internet' }: Report['vantages'][number]): boolean => position === 'internet';
  const world = answered.filter(isWorld).map(withSources);
  const others = answered.filter((one) => !isWorld(one)).map(withSources);
  const beside = others.length === 0 ? '' : `, and beside them ${others.join(', ')}`;
  return `${count(world.length, 'place')} on the internet: ${world.join(', ')}${beside}`;
}

/** Endpoints that are listed one by one. */
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

/**
 * Lines that no ticket system changes: no markup, no tabs, each one visible text, and no text of a server is markup for
 * Jira, Slack, GitHub or Markdown. Without `link` it contains none.
 */
export function ticketText(report: Report, link?: TicketLink): string {
  const { endpoints, vantages, profile, startedAt, remarks = [] } = report;
  const hosts = [...new Set(endpoints.map(({ target }) => target))];
  const from = vantages
    .filter(({ unavailable }) => unavailable === undefined)
    .map((vantage) => withSources(vantage));
  const seen = vantages.find(({ seenAs = [] }) => seenAs.length > 0);
  const own = ownHosts(endpoints);
  const bad = endpoints.filter((one) => one.verdict === 'fail' || one.verdict === 'inconclusive');
  const warned = endpoints.filter((one) => one.verdict === 'warn');
  const listed = [...bad, ...warned];
  const measured = measuredWithLine(report);
  const lines = [
    `Inbound Check of ${hosts.join(', ')}${profile === undefined ? '' : ` (profile ${profile})`}, ${utc(startedAt)}: ${verdictWord(report, VERDICTS)}.`,
    ...(measured === undefined ? [] : [measured]),
    `Checked: ${count(endpoints.length, 'endpoint')} from ${
      from.length === 0
        ? 'no vantage that answered'
        : isOwnNetwork(vantages)
          ? `one place, our own network: ${from.join(', ')}`
          : placesWords(vantages)
    }.${seen === undefined ? '' : ` Addresses with a time were seen then ${seenMeaning(seen.kind)}.`} ${neutral(report.summary, own)}`,
    ...(remarks.includes(PATH_ONLY) ? [PATH_ONLY] : []),
    ...byRemedy(listed.slice(0, NAMED)).flatMap((group) => groupLines(group, own)),
    ...(listed.length > NAMED ? [`And ${listed.length - NAMED} more: see the report.`] : []),
    ...joinedWords(report).flatMap(({ about, lines: told }) => [
      about,
      ...told.flatMap(({ text, who, fix }) => [
        `- ${neutral(text)}`,
        ...(who === undefined ? [] : [`  Who acts: ${who}.`]),
        ...(fix === undefined ? [] : [`  What to do: ${neutral(fix)}`]),
      ]),
    ]),
    ...(link === undefined
      ? []
      : [
          `Proof, with times in UTC, and what was sent and answered: ${link.url} (the link works until ${utc(link.expiresAt)}).`,
        ]),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

/** Endpoints that one step fixes are grouped, each group at the place of its first. */
function byRemedy(endpoints: readonly EndpointReport[]): EndpointReport[][] {
  const groups = new Map<string, EndpointReport[]>();
  for (const endpoint of endpoints) {
    const { id, fix } = endpoint;
    const remedy = JSON.stringify(fix === undefined ? [id] : [sideCode(endpoint), fix]);
    groups.set(remedy, [...(groups.get(remedy) ?? []), endpoint]);
  }
  return [...groups.values()];
}

function groupLines(group: readonly EndpointReport[], own: ReadonlySet<string>): string[] {
  const [first] = group;
  const fix = first?.fix;
  const who = first && sideWords(first);
  return [
    ...group.map((one) => `- ${verdictWord(one, WORDS)}: ${one.id}: ${neutral(one.summary, own)}`),
    ...(who === undefined ? [] : [`  Who acts: ${who}.`]),
    ...(fix === undefined ? [] : [`  What to do: ${neutral(fix.replace(/\s+/g, ' ').trim(), own)}`]),
  ];
}
