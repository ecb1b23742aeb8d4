/** What all forms of an alert say, each in its own markup. Text that somebody else chose becomes visible text here. */
import { type ChangeEvent, MAX_TITLE, type Severity } from '../model/change-event.ts';
import { printable } from '../net/printable.ts';
import { visible, visibleLines } from '../report/visible.ts';

/** Lines of an event's text that are shown; it is meant to have a few. */
const MAX_LINES = 40;
const MAX_LINE = 1_000;
/** Longest name of an endpoint or target that is shown whole. */
const MAX_NAME = 200;

/**
 * An at sign that begins a word mentions people in chats (`@channel`, `@here`, `@name`): the full-width sign (U+FF20)
 * looks like it and mentions nobody. In an address such as `a@example.com` it stays.
 */
const withoutMentions = (text: string): string => text.replace(/(?<![A-Za-z0-9])@/g, '＠');

/** One visible line that mentions nobody. */
export const line = (text: string, max: number): string => withoutMentions(printable(visible(text), max));

export const SEVERITY_WORDS = {
  critical: 'CRITICAL',
  warning: 'WARNING',
  info: 'INFO',
} as const satisfies Record<Severity, string>;

export const titleOf = ({ title }: ChangeEvent): string => line(title, MAX_TITLE);

export const textLines = ({ text }: ChangeEvent): string[] =>
  visibleLines(text)
    .slice(0, MAX_LINES)
    .map((one) => line(one, MAX_LINE));

const SIDES = {
  dns: 'DNS',
  network: 'the network (firewall, NAT, provider)',
  host: 'the host',
  service: 'the service (certificate, web or mail server)',
  prober: 'Inbound Check itself',
} as const satisfies Record<NonNullable<ChangeEvent['side']>, string>;

/** Label and value, the same in each form. */
export function factsOf({
  fleet,
  target,
  at,
  side,
  cause,
  runId,
}: ChangeEvent): (readonly [string, string])[] {
  return [
    ['Target', line(target, MAX_NAME)],
    ['Time', `${at.replace('T', ' ').replace(/\.\d+Z$|Z$/, '')} UTC`],
    ...(side === undefined ? [] : [['Who must act', SIDES[side]] as const]),
    ...(cause === undefined ? [] : [['Cause', cause] as const]),
    ...(runId === undefined ? [] : [['Run', line(runId, MAX_NAME)] as const]),
    ['Fleet', line(fleet, MAX_NAME)],
  ];
}

/** A line for each endpoint, `max` at most, and one for the rest. */
export function endpointLines({ endpoints, more }: ChangeEvent, max: number): string[] {
  const shown = endpoints.slice(0, max).map(({ id, verdict, before, cause }) => {
    const was = before === undefined || before === verdict ? '' : ` (was ${before})`;
    return `${line(id, MAX_NAME)}: ${verdict}${was}${cause === undefined ? '' : `, ${cause}`}`;
  });
  const left = endpoints.length - shown.length + more;
  return left === 0 ? shown : [...shown, `and ${left} more`];
}
