import { describe, expect, test } from 'vitest';
import {
  createMaintenanceCheck,
  inMaintenance,
  overlapping,
} from '../../../lib/service/schedule/maintenance.ts';
import {
  addWindow,
  loadWindows,
  MAX_WINDOWS,
  type MaintenanceWindow,
  removeWindow,
} from '../../../lib/service/state/maintenance.ts';
import { memoryItems } from '../state/memory-items.ts';

const window = (id: string, from: string, to: string): MaintenanceWindow => ({
  id,
  from: `2026-07-01T${from}:00.000Z`,
  to: `2026-07-01T${to}:00.000Z`,
  reason: `reason ${id}`,
  by: 'arn:aws:iam::123456789012:user/ops',
});
const at = (time: string): string => `2026-07-01T${time}:00.000Z`;
const NOW = Date.parse(at('09:00'));

describe('a maintenance window', () => {
  const windows = [window('a', '10:00', '11:00'), window('b', '10:30', '12:00')];

  test.each([
    ['09:59', undefined],
    ['10:00', 'a'],
    ['10:45', 'b'],
    ['11:00', 'b'],
    ['12:00', undefined],
  ])('at %s: %s', (time, id) => {
    expect(inMaintenance(windows, at(time))?.id).toBe(id);
  });

  test.each([
    ['09:50', '09:59', undefined],
    ['09:50', '10:00', 'a'],
    ['11:59', '12:05', 'b'],
    ['12:00', '12:05', undefined],
    ['09:00', '13:00', 'b'],
  ])('a run from %s to %s: %s', (from, to, id) => {
    expect(overlapping(windows, at(from), at(to))?.id).toBe(id);
  });
});

describe('windows in the table', () => {
  test('are kept by their start, found by a run, and removed', async () => {
    const items = memoryItems();
    expect(await addWindow(items, 'Shop', window('b', '14:00', '15:00'), NOW)).toBe('added');
    expect(await addWindow(items, 'Shop', window('a', '10:00', '11:00'), NOW)).toBe('added');
    expect((await loadWindows(items, 'Shop')).map(({ id }) => id)).toEqual(['a', 'b']);
    const during = createMaintenanceCheck(items);
    expect(await during('Shop', at('10:59'), at('11:01'))).toBe(true);
    expect(await during('Shop', at('12:00'), at('12:01'))).toBe(false);
    expect(await during('Other', at('10:59'), at('11:01'))).toBe(false);
    expect(await removeWindow(items, 'Shop', 'a')).toBe('removed');
    expect(await removeWindow(items, 'Shop', 'a')).toBe('absent');
    expect((await loadWindows(items, 'Shop')).map(({ id }) => id)).toEqual(['b']);
  });

  test('that ended a month ago make room', async () => {
    const items = memoryItems();
    for (let n = 0; n < MAX_WINDOWS; n += 1)
      expect(await addWindow(items, 'Shop', window(`w${n}`, '10:00', '11:00'), NOW)).toBe('added');
    expect(await addWindow(items, 'Shop', window('more', '10:00', '11:00'), NOW)).toBe('full');
    const later = NOW + 32 * 86_400_000;
    expect(await addWindow(items, 'Shop', window('more', '10:00', '11:00'), later)).toBe('added');
    expect((await loadWindows(items, 'Shop')).map(({ id }) => id)).toEqual(['more']);
  });

  test('two writers at once lose none', async () => {
    const items = memoryItems();
    await Promise.all(
      ['a', 'b', 'c'].map((id) => addWindow(items, 'Shop', window(id, '10:00', '11:00'), NOW)),
    );
    expect((await loadWindows(items, 'Shop')).map(({ id }) => id).sort()).toEqual(['a', 'b', 'c']);
  });
});
