/** The words and units that all formats share, so that one thing has one name in every report. */
import type { ReportObservation } from '../model/report.ts';
import type { Side, State, Verdict } from '../model/vocabulary.ts';
import { sourceBySocket } from '../net/source.ts';

export const VERDICTS = ['fail', 'inconclusive', 'warn', 'pass'] as const satisfies readonly Verdict[];

/** Four columns, so that a list lines up and a verdict survives without colour. */
export const VERDICT_WORD = {
  pass: 'PASS',
  warn: 'WARN',
  fail: 'FAIL',
  inconclusive: '????',
} as const satisfies Record<Verdict, string>;

export const VERDICT_SYMBOL = {
  pass: '✓',
  warn: '!',
  fail: '✗',
  inconclusive: '?',
} as const satisfies Record<Verdict, string>;

export const VERDICT_TITLE = {
  pass: 'Passed',
  warn: 'Warning',
  fail: 'Failed',
  inconclusive: 'Inconclusive',
} as const satisfies Record<Verdict, string>;

/** Who has to act. */
export const SIDE_WORDS = {
  dns: 'whoever runs the DNS zone',
  network: 'network team (firewall, NAT or provider)',
  host: 'whoever runs the host',
  service: 'whoever runs the service',
  prober: 'the tester (this side)',
} as const satisfies Record<Side, string>;

export const STATE_WORDS = {
  open: 'open: the expected protocol answered',
  closed: 'closed: the connection was refused',
  filtered: 'filtered: silence, while the control answered',
  broken: 'broken: TCP connects, the protocol above fails',
  inconclusive: 'inconclusive: nothing is proved',
} as const satisfies Record<State, string>;

/** Gravest first, for sorting. */
export const gravity = (verdict: Verdict): number => VERDICTS.indexOf(verdict);

/** `850 µs` would be false precision: tenths of a millisecond below 100 ms, seconds from 1 s on. */
export function duration(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return milliseconds < 100 ? `${milliseconds.toFixed(1)} ms` : `${milliseconds.toFixed(0)} ms`;
}

/** `2026-03-01 09:30:05 UTC`, with milliseconds where the evidence needs them. What is no date stays as it came. */
export function utc(iso: string, milliseconds = false): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return iso;
  const text = new Date(time).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, milliseconds ? 23 : 19)} UTC`;
}

/** `1 endpoint`, `2 endpoints`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** `3 passed, 1 failed`; kinds that did not occur are left out. */
export function countsPhrase(counts: Record<Verdict, number>): string {
  const words = { fail: 'failed', inconclusive: 'inconclusive', warn: 'with a warning', pass: 'passed' };
  const parts = VERDICTS.filter((verdict) => counts[verdict] > 0).map(
    (verdict) => `${counts[verdict]} ${words[verdict]}`,
  );
  return parts.length > 0 ? parts.join(', ') : 'nothing was checked';
}

/** The last attempt of each vantage and address: what counts; earlier attempts are history. */
export function lastAttempts(observations: readonly ReportObservation[]): ReportObservation[] {
  const last = new Map<string, ReportObservation>();
  for (const observation of observations) {
    const key = `${observation.vantage}\n${observation.address}`;
    const known = last.get(key);
    if (known === undefined || observation.attempt >= known.attempt) last.set(key, observation);
  }
  return [...last.values()];
}

/** `local (198.51.100.7) → [2001:db8::1]:443, attempt 2`: from where to where. */
export function route(observation: ReportObservation, port: number): string {
  const { vantage, localAddress, address, attempt } = observation;
  const seen = sourceBySocket(localAddress, address);
  const source = seen === undefined ? '' : ` (${seen})`;
  const to = address === '' ? '' : ` → ${socketAddress(address, port)}`;
  return `${vantage}${source}${to}${attempt > 1 ? `, attempt ${attempt}` : ''}`;
}

/** `connect 11.2 ms, tls 24.6 ms, total 58.9 ms`: the phases that were measured. */
export const timingsLine = ({ dns, connect, tls, firstByte, total }: ReportObservation['timings']): string =>
  Object.entries({ dns, connect, tls, 'first byte': firstByte, total })
    .filter((phase): phase is [string, number] => phase[1] !== undefined)
    .map(([name, milliseconds]) => `${name} ${duration(milliseconds)}`)
    .join(', ');

/** `[2001:db8::1]:443`, `192.0.2.1:443`. */
export const socketAddress = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
