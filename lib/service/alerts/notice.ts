/** What is said of an alert that stays open: that somebody has acknowledged it, or that nobody has. Pure. */
import { createHash } from 'node:crypto';
import { CHANGE_SCHEMA, type ChangeEvent, MAX_EVENT_TEXT, MAX_TITLE } from '../../model/change-event.ts';
import { utc } from '../../model/units.ts';
import { isoTime } from '../../net/clock.ts';
import { printable } from '../../net/printable.ts';
import { visible } from '../../report/words/visible.ts';
import type { OpenedAlert } from '../changes/announced.ts';
import { alertKey } from '../changes/change-context.ts';
import { roughly } from '../changes/span.ts';
import type { Acknowledgement } from '../state/acknowledgements.ts';
import type { Reminded } from '../state/reminders.ts';

export interface OpenNow {
  readonly fleet: string;
  readonly target: string;
  readonly alert: OpenedAlert;
  /** Start of the last run that was announced. */
  readonly seenAt: string;
  /** The one that counts for it. */
  readonly acknowledged?: Acknowledgement;
  readonly reminded: Reminded;
}

export interface NoticeRules {
  /** Epoch ms. */
  readonly now: number;
  /** Milliseconds between two reminders; 0: none. */
  readonly everyMs: number;
  /** The fleet is stopped, or the target is in maintenance. */
  readonly isQuiet: boolean;
}

/** Reminders of one alert: two days of them at one every four hours. */
export const MAX_REMINDERS = 12;

/** What is to be sent, and what is to be remembered once it is; the same input gives the same event. */
export function noticeOf(
  open: OpenNow,
  { now, everyMs, isQuiet }: NoticeRules,
): { readonly event: ChangeEvent; readonly reminded: Reminded } | undefined {
  const { alert, acknowledged, reminded } = open;
  if (acknowledged !== undefined)
    return acknowledged.at === reminded.acknowledged
      ? undefined
      : {
          event: acknowledgedEvent(open, acknowledged),
          reminded: { ...reminded, acknowledged: acknowledged.at },
        };
  if (everyMs === 0 || isQuiet || reminded.count >= MAX_REMINDERS) return undefined;
  const last = Math.max(Date.parse(alert.at), reminded.at === undefined ? 0 : Date.parse(reminded.at));
  if (now - last < everyMs) return undefined;
  const count = reminded.count + 1;
  return { event: reminder(open, now, count), reminded: { ...reminded, count, at: isoTime(now) } };
}

function acknowledgedEvent(open: OpenNow, { by, at, reason }: Acknowledgement): ChangeEvent {
  return {
    ...headOf(open, 'acknowledged', at),
    at,
    kind: 'acknowledged',
    severity: 'info',
    title: title(open, 'acknowledged'),
    text: text(open, [
      `${printable(by, 200)} has acknowledged it, ${utc(at)}: ${printable(reason, 300)}`,
      'No reminders are sent, unless more fails. The alert ends when nothing of the target fails any more.',
    ]),
    alert: { key: alertKey(open), state: 'acknowledged' },
  };
}

function reminder(open: OpenNow, now: number, count: number): ChangeEvent {
  const { target, alert } = open;
  const last = count === MAX_REMINDERS ? ' This is the last reminder.' : '';
  return {
    ...headOf(open, 'reminder', String(count)),
    at: isoTime(now),
    kind: 'reminder',
    severity: alert.severity,
    title: title(open, `not acknowledged for ${roughly(now - Date.parse(alert.at))}`),
    text: text(open, [
      `Reminder ${count}: it still fails, and nobody has acknowledged it.${last}`,
      `To stop reminders: inbound-check alert ack ${/^[\w.:-]+$/.test(target) ? target : JSON.stringify(target)} --reason TEXT`,
    ]),
    alert: { key: alertKey(open), state: 'open' },
  };
}

const headOf = (open: OpenNow, ...part: readonly string[]) => ({
  schema: CHANGE_SCHEMA as typeof CHANGE_SCHEMA,
  id: createHash('sha256')
    .update(JSON.stringify([open.fleet, open.target, open.alert.mark, ...part]))
    .digest('hex')
    .slice(0, 32),
  fleet: open.fleet,
  target: open.target,
  endpoints: [],
  more: 0,
});

const title = ({ target }: OpenNow, what: string): string =>
  printable(visible(`${printable(target, 100)}: ${what}`), MAX_TITLE);

const text = ({ alert, seenAt }: OpenNow, lines: readonly string[]): string =>
  [
    `The alert: ${alert.title}`,
    `Since: ${utc(alert.since)}; last seen failing by the run of ${utc(seenAt)}`,
    ...lines,
  ]
    .map((line) => visible(line))
    .join('\n')
    .slice(0, MAX_EVENT_TEXT);
