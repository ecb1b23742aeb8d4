import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isBackedUp } from '../../../lib/local/station/backup/backup-format.ts';
import { forgetRuns } from '../../../lib/local/station/runs/forget-runs.ts';
import { createRunFiles } from '../../../lib/local/station/runs/run-files.ts';
import { createStopFile } from '../../../lib/local/station/runs/stop-file.ts';
import { OBJECTS } from '../../../lib/local/station/store/station-files.ts';
import { pageKey, planKey, reportKey, STOP_KEY } from '../../../lib/service/runs/keys.ts';
import { newRunId } from '../../../lib/service/runs/run-id.ts';
import { newFolder } from './running-station.ts';

test('keeps an object whole, for its owner alone, and leaves no part of one', async () => {
  const folder = newFolder();
  const store = createRunFiles(folder, () => 'mark');
  await store.put('runs/r-1/plan.json', 'one', 'application/json');
  await store.put('runs/r-1/plan.json', 'Zürich 😀', 'application/json');
  expect(await store.get('runs/r-1/plan.json')).toBe('Zürich 😀');
  expect(readdirSync(join(folder, 'runs', 'r-1'))).toEqual(['plan.json']);
  expect(statSync(join(folder, 'runs', 'r-1', 'plan.json')).mode & 0o077).toBe(0);
});

test.each([
  reportKey('r-1', 0, 'json'),
  reportKey('r-1', 0, 'html'),
  pageKey(reportKey('r-1', 0, 'html'), 'de'),
])('keeps %s, in a backup, too', async (key) => {
  const store = createRunFiles(newFolder(), () => 'mark');
  await store.put(key, 'kept', '');
  expect(await store.get(key)).toBe('kept');
  expect(isBackedUp(`${OBJECTS}/${key}`)).toBe(true);
});

test('says of an object that is not there what a report that is not made yet is known by', async () => {
  const store = createRunFiles(newFolder(), () => 'mark');
  await expect(store.get('runs/r-1/0/report.json')).rejects.toMatchObject({
    name: 'StoreFailed',
    message: expect.stringContaining('NoSuchKey'),
  });
});

test('fails as a store, and leaves nothing behind, where it can’t write', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'runs'), 'a file in the place of a folder');
  const store = createRunFiles(folder, () => 'mark');
  await expect(store.put('runs/r-1/plan.json', 'x', '')).rejects.toMatchObject({ name: 'StoreFailed' });
  expect(readdirSync(folder)).toEqual(['runs']);
});

test.each([
  '../x.json',
  'runs/../../x.json',
  '/etc/x.json',
  'runs/r-1/.json',
  'runs//x.json',
  'runs/a\u0000.json',
])('takes %j for no key', async (key) => {
  const store = createRunFiles(newFolder(), () => 'mark');
  await expect((async () => store.get(key))()).rejects.toThrow('is no key of an object');
  await expect((async () => store.put(key, 'x', ''))()).rejects.toThrow('is no key of an object');
});

test('a kill switch that can’t be read counts as one that is thrown', async () => {
  const folder = newFolder();
  const store = createRunFiles(folder, () => 'mark');
  const stop = createStopFile(folder, store);
  expect(await stop.read()).toBeUndefined();
  const notice = { by: 'ada', at: '2026-03-01T09:30:00.000Z', reason: 'test' };
  await stop.set(notice);
  expect(await stop.read()).toEqual(notice);
  await store.put(STOP_KEY, 'rubbish', '');
  expect(await stop.read()).toMatchObject({ by: 'unknown' });
  await stop.clear();
  await stop.clear();
  expect(await stop.read()).toBeUndefined();
});

test('forgets runs that are old, and nothing else', async () => {
  const folder = newFolder();
  expect(await forgetRuns(folder, 0)).toBe(0);
  const store = createRunFiles(folder, () => 'mark');
  const limit = Date.parse('2026-03-01T09:30:00.000Z');
  const ids = [-1_000, 0, 1_000].map((ms) => newRunId(limit + ms, () => '1f0c9a7b'));
  for (const id of ids) await store.put(planKey(id), '{}', '');
  mkdirSync(join(folder, 'runs', 'another'));
  expect(await forgetRuns(folder, limit)).toBe(1);
  expect(ids.map((id) => existsSync(join(folder, 'runs', id)))).toEqual([false, true, true]);
  expect(existsSync(join(folder, 'runs', 'another'))).toBe(true);
});

test('keeps a report in the words of a language beside the report', async () => {
  const store = createRunFiles(newFolder(), () => 'ab');
  await store.put('runs/a-1/0/report.de.html', 'auf Deutsch', '');
  expect(await store.get('runs/a-1/0/report.de.html')).toBe('auf Deutsch');
});
