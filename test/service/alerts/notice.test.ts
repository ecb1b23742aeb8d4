import { describe, expect, it } from 'vitest';
import { ChangeEvent } from '../../../lib/model/change-event.ts';
import { MAX_REMINDERS, noticeOf, type OpenNow } from '../../../lib/service/alerts/notice.ts';
import type { Reminded } from '../../../lib/service/state/reminders.ts';
import { HOSTILE } from './change.ts';

const HOUR = 3_600_000;
const AT = '2026-03-01T00:00:00.000Z';
const now = (hours: number): number => Date.parse(AT) + hours * HOUR;
const alert = { mark: 'a'.repeat(32), since: AT, at: AT, severity: 'critical', title: 'shop: down' } as const;
const open = (different: Partial<OpenNow> = {}): OpenNow => ({
  fleet: 'inbound-check',
  target: 'shop',
  alert,
  seenAt: AT,
  reminded: { mark: alert.mark, count: 0 },
  ...different,
});
const rules = (hours: number) => ({ now: now(hours), everyMs: 4 * HOUR, isQuiet: false });
const ack = { alert: alert.mark, by: 'station:operator/ada', at: AT, reason: 'CHG-123' };

describe('an alert that nobody acknowledges', () => {
  it('is told again every four hours, a bounded number of times', () => {
    let reminded: Reminded = { mark: alert.mark, count: 0 };
    const ids = new Set<string>();
    const at: number[] = [];
    for (let quarter = 0; quarter < 4 * 24 * 7; quarter += 1) {
      const notice = noticeOf(open({ reminded }), rules(quarter / 4));
      if (notice === undefined) continue;
      ChangeEvent.parse(notice.event);
      expect(notice.event).toMatchObject({
        kind: 'reminder',
        severity: 'critical',
        alert: { state: 'open' },
      });
      ids.add(notice.event.id);
      at.push(quarter / 4);
      reminded = notice.reminded;
    }
    expect(at).toEqual(Array.from({ length: MAX_REMINDERS }, (_, n) => 4 * (n + 1)));
    expect(ids.size).toBe(MAX_REMINDERS);
  });

  it('is one reminder after a long silence, not all that were left out', () => {
    const notice = noticeOf(open(), rules(100));
    expect(notice?.event.title).toBe('shop: not acknowledged for 4 d 4 h');
    expect(noticeOf(open({ reminded: notice?.reminded ?? open().reminded }), rules(103))).toBeUndefined();
  });

  it('has the same id when it is decided again, and says how to end it', () => {
    const [one, again] = [noticeOf(open(), rules(4)), noticeOf(open(), rules(4.1))];
    expect(again?.event.id).toBe(one?.event.id);
    expect(one?.event.text).toContain('inbound-check alert ack shop --reason TEXT');
    expect(one?.event.text).toContain('The alert: shop: down');
  });

  it.each([
    ['within maintenance, or while the fleet is stopped', { isQuiet: true }],
    ['when reminders are off', { everyMs: 0 }],
  ])('is not told of %s', (_name, different) => {
    expect(noticeOf(open(), { ...rules(50), ...different })).toBeUndefined();
  });
});

describe('an alert that was acknowledged', () => {
  it('is told once, by whom and why, and not again', () => {
    const notice = noticeOf(open({ acknowledged: ack }), rules(50));
    ChangeEvent.parse(notice?.event);
    expect(notice?.event).toMatchObject({
      kind: 'acknowledged',
      severity: 'info',
      alert: { state: 'acknowledged' },
    });
    expect(notice?.event.text).toContain('station:operator/ada has acknowledged it');
    expect(notice?.event.text).toContain('CHG-123');
    const after = open({ acknowledged: ack, reminded: notice?.reminded ?? open().reminded });
    expect(noticeOf(after, rules(99))).toBeUndefined();
  });

  it('is told with the key of the alert, and again when somebody else takes it', () => {
    const reminder = noticeOf(open(), rules(4));
    const notice = noticeOf(open({ acknowledged: ack }), rules(5));
    expect(notice?.event.alert?.key).toBe(reminder?.event.alert?.key);
    const other = { ...ack, by: 'bob', at: '2026-03-01T06:00:00.000Z' };
    const again = noticeOf(
      open({ acknowledged: other, reminded: notice?.reminded ?? open().reminded }),
      rules(7),
    );
    expect(again?.event.id).not.toBe(notice?.event.id);
  });

  it('fits, and hides nothing, whatever was written', () => {
    const hostile = { ...ack, by: HOSTILE, reason: HOSTILE };
    const notice = noticeOf(open({ target: HOSTILE, acknowledged: hostile }), rules(1));
    ChangeEvent.parse(notice?.event);
    expect(`${notice?.event.title}${notice?.event.text.replaceAll('\n', '')}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
