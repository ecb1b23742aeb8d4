/**
 * What the page shows of an endpoint's observations: a line for each, and the evidence once for all that saw the same.
 * Five vantages with the same answer are shown as one exchange; the data inside the page contain each of them.
 */
import type { EndpointReport, ReportObservation, ReportTail } from '../../engine/report-schema.ts';
import { lastAttempts } from '../../engine/verdict/last-attempts.ts';
import type { Fact } from '../../kinds/contract/fact.ts';
import { factsOf } from '../../kinds/facts.ts';
import { comparableParts, type SentChain, sentChains } from '../../kinds/measurements.ts';
import { duration, utc } from '../../model/units.ts';
import { hostPort } from '../../net/host-port.ts';
import type { PageWords } from '../language/english.ts';
import type { Wording } from '../language/wording.ts';
import { seenTowards } from '../words/sources.ts';
import { sourceOf, stateWord, timingsLine } from '../words/terms.ts';
import { visible } from '../words/visible.ts';
import { type ChainView, chainView } from './chain.ts';
import { observationTone, type Tone, toneSymbol } from './matrix.ts';
import { type Bar, waterfall } from './waterfall.ts';

export interface TimeView {
  readonly iso: string;
  readonly text: string;
}
export const timeView = (iso: string, milliseconds = false): TimeView => ({
  iso,
  text: utc(iso, milliseconds),
});

/** A line of "what each vantage saw": one vantage and address, with all attempts. */
export interface ObservedRowView {
  readonly vantage: string;
  readonly tone: Tone;
  readonly saw: string;
  /** Only where it differs from the endpoint's own. */
  readonly cause: string;
  readonly source: string;
  /** Absent where all probed the same address. */
  readonly address?: string;
  readonly times: readonly string[];
  readonly took: string;
  readonly bars: readonly Bar[];
}
export interface ObservedTableView {
  /** Length of the time axis in words; empty when no time was measured. */
  readonly axis: string;
  /** The one address of all rows; empty when there are several. */
  readonly to: string;
  readonly rows: readonly ObservedRowView[];
}

export interface EvidenceView {
  readonly title: string;
  /** Which other vantages saw the same; empty when none did. */
  readonly also: string;
  readonly summary: string;
  readonly facts: readonly Fact[];
  readonly exchangeTitle: string;
  /** One line for each: time of day, direction, text. Empty when nothing was exchanged. */
  readonly exchange: string;
}

const ARROW = { sent: '→', received: '←', event: '·' } as const;

type Vantages = ReportTail['vantages'];

/** `2026-03-01 09:30:05.000Z`: a form of time that HTML understands. */
const moment = (iso: string): string => utc(iso, true).replace(' UTC', 'Z');

/** @param bars draw the timings */
export function observedTable(
  report: EndpointReport,
  vantages: Vantages,
  bars: boolean,
  words: PageWords,
): ObservedTableView {
  const known = new Map(vantages.map((one) => [one.id, one]));
  const addresses = new Set(report.observations.map(({ address }) => address));
  const [only] = addresses;
  const to = (address: string): string => (address === '' ? report.host : hostPort(address, report.port));
  const place = new Map(vantages.map(({ id }, index) => [id, index]));
  const observations = lastAttempts(report.observations).sort(
    (a, b) => (place.get(a.vantage) ?? 0) - (place.get(b.vantage) ?? 0),
  );
  const chart = bars ? waterfall(observations) : undefined;
  const rows = observations.map((last, index): ObservedRowView => {
    const { vantage, address, cause, timings } = last;
    const attempts = report.observations.filter((one) => one.vantage === vantage && one.address === address);
    const tone = observationTone(report, last);
    const states = new Set(attempts.map((one) => one.state));
    const [first] = attempts;
    const flapped = states.size > 1 && first ? words.before(words.state[first.state]) : '';
    return {
      vantage: visible(vantage),
      tone,
      saw: `${toneSymbol(tone)} ${stateWord(last, words.state)}${flapped}`,
      cause: cause === undefined || cause === report.cause ? '' : cause,
      source: visible(sourceSeen(last, known.get(vantage), words)),
      ...(addresses.size > 1 && { address: visible(to(address)) }),
      times: attempts.map(({ startedAt }) => moment(startedAt)),
      took: duration(timings.total),
      bars: chart?.rows[index] ?? [],
    };
  });
  return {
    axis: chart === undefined ? '' : duration(chart.end),
    to: addresses.size === 1 && only !== undefined ? visible(to(only)) : '',
    rows,
  };
}

/** An address that a reflector saw is told apart: this connection may have had another one. */
function sourceSeen(
  last: ReportObservation,
  vantage: Vantages[number] | undefined,
  words: PageWords,
): string {
  const source = sourceOf(last, vantage?.sourceAddress);
  if (source !== undefined) return source;
  const seen = seenTowards(last.address, vantage?.seenAs);
  return seen === undefined ? words.notKnown : words.byReflector(seen);
}

/** Two observations with the same key differ, for a reader, only in times and source. */
const likeness = ({ address, state, cause, alsoFound, evidence }: ReportObservation): string =>
  JSON.stringify([address, state, cause, alsoFound, comparableParts(evidence)]);

/** Groups in order of appearance; the last attempts of all vantages. */
export function groups(observations: readonly ReportObservation[]): ReportObservation[][] {
  const byKey = new Map<string, ReportObservation[]>();
  for (const observation of lastAttempts(observations)) {
    const key = likeness(observation);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [observation]);
    else known.push(observation);
  }
  return [...byKey.values()];
}

/**
 * The evidence of a group, taken from its first observation.
 *
 * @param withFacts also the facts that the probe read from the exchange
 */
export function evidenceView(
  group: readonly ReportObservation[],
  report: EndpointReport,
  withFacts: boolean,
  { words, said, phrase }: Wording,
): EvidenceView | undefined {
  const [observation, ...others] = group;
  if (observation === undefined) return undefined;
  const { evidence } = observation;
  const exchange = evidence.exchange ?? [];
  const to = observation.address === '' ? '' : ` → ${hostPort(observation.address, report.port)}`;
  const names = [...new Set(others.map(({ vantage }) => vantage))];
  return {
    title: visible(
      `${observation.vantage}${to}${observation.attempt > 1 ? words.attempt(observation.attempt) : ''}`,
    ),
    also: names.length === 0 ? '' : visible(words.sameFrom(names.join(', '))),
    summary: visible(said(observation)),
    facts: [
      ...(withFacts ? factsOf(evidence).map(({ label, value }) => ({ label: phrase(label), value })) : []),
      { label: words.timing, value: timingsLine(observation.timings, words.timings) },
    ].map(({ label, value }) => ({ label: visible(label), value: visible(value) })),
    exchangeTitle: words.exchange(exchange.length),
    exchange: exchange
      .map(({ at, dir, text }) => `${visible(at).slice(11, 23)} ${ARROW[dir]} ${visible(text)}`)
      .join('\n'),
  };
}

/** Each chain once, with all vantages that saw it. */
export function chainViews(seen: readonly ReportObservation[], wording: Wording): ChainView[] {
  const chains = new Map<string, { chain: SentChain; at: string; by: string[] }>();
  for (const { evidence, startedAt, vantage } of seen)
    for (const chain of sentChains(evidence)) {
      const key = JSON.stringify([
        chain.where,
        chain.tls.trust?.status,
        chain.tls.nameMatch?.ok,
        chain.certificates.map(({ fingerprint256 }) => fingerprint256),
      ]);
      const known = chains.get(key);
      if (known === undefined) chains.set(key, { chain, at: startedAt, by: [vantage] });
      else if (!known.by.includes(vantage)) known.by.push(vantage);
    }
  return [...chains.values()].map(({ chain, at, by }) =>
    chainView(chain, at, wording.words.chainSentTo(wording.phrase(chain.where), by.join(', ')), wording),
  );
}
