/**
 * What the page shows of an endpoint's observations: a line for each, and the evidence once for all that saw the same.
 * Five vantages with the same answer are one exchange to read; the data inside the page hold each of them.
 */
import type { EndpointReport, ReportObservation, ReportTail } from '../../model/report.ts';
import { sourceBySocket } from '../../net/source.ts';
import { type Evidence, readEvidence, sentChains } from '../evidence.ts';
import { type Fact, observationFacts } from '../facts.ts';
import { visible } from '../visible.ts';
import { count, duration, lastAttempts, socketAddress, timingsLine, utc } from '../words.ts';
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
export interface SightView {
  readonly vantage: string;
  readonly tone: Tone;
  readonly saw: string;
  /** Where it differs from the endpoint's own. */
  readonly cause: string;
  readonly source: string;
  /** Absent where all went to the same. */
  readonly address?: string;
  readonly times: readonly string[];
  readonly took: string;
  readonly bars: readonly Bar[];
}
export interface SightsView {
  /** Length of the time axis in words; empty when no time was measured. */
  readonly axis: string;
  /** The one address of all rows; empty when there are several. */
  readonly to: string;
  readonly rows: readonly SightView[];
}

export interface EvidenceView {
  readonly title: string;
  /** Who else saw the same; empty when nobody. */
  readonly also: string;
  readonly summary: string;
  readonly facts: readonly Fact[];
  readonly exchangeTitle: string;
  /** A line each: time of day, direction, text. Empty when nothing was exchanged. */
  readonly exchange: string;
}

const ARROW = { sent: '→', received: '←', event: '·' } as const;

type Vantages = ReportTail['vantages'];

/** `2026-03-01 09:30:05.000Z`: what HTML takes for a moment as it stands. */
const moment = (iso: string): string => utc(iso, true).replace(' UTC', 'Z');

/** @param bars draw the timings */
export function sights(report: EndpointReport, vantages: Vantages, bars: boolean): SightsView {
  const sources = new Map(vantages.map(({ id, sourceAddress }) => [id, sourceAddress]));
  const addresses = new Set(report.observations.map(({ address }) => address));
  const [only] = addresses;
  const to = (address: string): string =>
    address === '' ? report.host : socketAddress(address, report.port);
  const place = new Map(vantages.map(({ id }, index) => [id, index]));
  const observations = lastAttempts(report.observations).sort(
    (a, b) => (place.get(a.vantage) ?? 0) - (place.get(b.vantage) ?? 0),
  );
  const chart = bars ? waterfall(observations) : undefined;
  const rows = observations.map((last, index): SightView => {
    const { vantage, address, state, cause, localAddress, timings } = last;
    const attempts = report.observations.filter((one) => one.vantage === vantage && one.address === address);
    const tone = observationTone(report, last);
    const states = new Set(attempts.map((one) => one.state));
    const flapped = states.size > 1 ? `, before ${attempts[0]?.state}` : '';
    return {
      vantage: visible(vantage),
      tone,
      saw: `${toneSymbol(tone)} ${state}${flapped}`,
      cause: cause === undefined || cause === report.cause ? '' : cause,
      source: visible(sources.get(vantage) ?? sourceBySocket(localAddress, address) ?? 'not known'),
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

interface Seen {
  readonly observation: ReportObservation;
  readonly evidence: Evidence;
}

/** Two observations with the same key differ in times and source alone, as far as a reader cares. */
function likeness({ observation, evidence }: Seen): string {
  const { address, state, cause, alsoFound } = observation;
  const hops = evidence.http?.hops.map(({ url, statusCode, outcome }) => [url, statusCode, outcome.status]);
  const leaves = sentChains(evidence).map(({ certificates }) => certificates[0]?.fingerprint256);
  return JSON.stringify([address, state, cause, alsoFound, hops, leaves, evidence.connect]);
}

/** Groups in order of appearance; the last attempts of all vantages. */
export function groups(observations: readonly ReportObservation[]): Seen[][] {
  const byKey = new Map<string, Seen[]>();
  for (const observation of lastAttempts(observations)) {
    const seen = { observation, evidence: readEvidence(observation.evidence) };
    const key = likeness(seen);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [seen]);
    else known.push(seen);
  }
  return [...byKey.values()];
}

/**
 * The evidence of a group by its first observation.
 *
 * @param withFacts what the probe made of the exchange, too
 */
export function evidenceView(
  group: readonly Seen[],
  report: EndpointReport,
  withFacts: boolean,
): EvidenceView | undefined {
  const [first, ...others] = group;
  if (first === undefined) return undefined;
  const { observation, evidence } = first;
  const exchange = evidence.exchange ?? [];
  const to = observation.address === '' ? '' : ` → ${socketAddress(observation.address, report.port)}`;
  const names = [...new Set(others.map(({ observation: { vantage } }) => vantage))];
  return {
    title: visible(
      `${observation.vantage}${to}${observation.attempt > 1 ? `, attempt ${observation.attempt}` : ''}`,
    ),
    also: names.length === 0 ? '' : visible(`The same from ${names.join(', ')}.`),
    summary: visible(observation.summary),
    facts: [
      ...(withFacts ? observationFacts(observation, evidence) : []),
      { label: 'Timing', value: timingsLine(observation.timings) },
    ].map(({ label, value }) => ({ label: visible(label), value: visible(value) })),
    exchangeTitle: `Exchange (→ sent, ← received, · event), ${count(exchange.length, 'line')}, times in UTC`,
    exchange: exchange
      .map(({ at, dir, text }) => `${visible(at).slice(11, 23)} ${ARROW[dir]} ${visible(text)}`)
      .join('\n'),
  };
}

/** Each chain once, with all that saw it. */
export function chainViews(seen: readonly Seen[]): ChainView[] {
  const chains = new Map<
    string,
    { chain: ReturnType<typeof sentChains>[number]; at: string; by: string[] }
  >();
  for (const { observation, evidence } of seen)
    for (const chain of sentChains(evidence)) {
      const key = JSON.stringify([
        chain.where,
        chain.tls.trust?.status,
        chain.tls.nameMatch?.ok,
        chain.certificates.map(({ fingerprint256 }) => fingerprint256),
      ]);
      const known = chains.get(key);
      if (known === undefined)
        chains.set(key, { chain, at: observation.startedAt, by: [observation.vantage] });
      else if (!known.by.includes(observation.vantage)) known.by.push(observation.vantage);
    }
  return [...chains.values()].map(({ chain, at, by }) =>
    chainView(chain, at, `${chain.where}, sent to ${by.join(', ')}`),
  );
}
