/** A station that is killed between any two writes of its schedules. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSqliteItemStore } from '../../../../lib/local/station/store/item-store.ts';
import { nextDue } from '../../../../lib/service/schedule/due.ts';
import { createScheduleStore } from '../../../../lib/service/state/schedules.ts';
import { ROOT } from '../../../cli/run-cli.ts';
import { targetItem } from '../../../service/runs/ports.ts';
import { schedule } from '../../../service/schedule/schedules.ts';
import { newDatabase } from '../database.ts';
import { newFolder } from '../running-station.ts';

const START = '2026-07-01T00:00:10.000Z';
const TARGETS = ['shop', 'mill', 'dam'];
const spec = { kind: 'every', minutes: 5, startDate: '2026-07-01T00:01:00.000Z' } as const;

/** Starts it at that time of its clock, kills it once it has said so many lines, and gives all that it said. */
async function killAfter(folder: string, at: string, lines: number): Promise<string[]> {
  const entry = join(ROOT, 'test/local/station/schedule/killed-entry.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', entry, folder, at], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > lines) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  return said.split('\n').slice(0, -1);
}

it('goes on after each kill, and has made each due time one run', async () => {
  const folder = newFolder();
  const path = join(folder, 'station.db');
  const database = await newDatabase(path);
  const items = createSqliteItemStore(database);
  for (const target of TARGETS) {
    const vouch = { by: 'ada', reason: 'test', at: '2026-01-01T00:00:00.000Z', hosts: ['127.0.0.1'] };
    await items.put(
      targetItem({ name: target, hosts: ['127.0.0.1'], definition: { check: ['tcp://127.0.0.1:1'] }, vouch }),
    );
    await createScheduleStore(items).put(schedule({ target, spec, activeSince: START }), undefined);
  }
  database.close();
  const said: string[] = [];
  let at = START;
  for (const lines of [5, 17, 23, 31, 40, 57]) {
    const some = await killAfter(folder, at, lines);
    said.push(...some);
    at = some.findLast((line) => line.startsWith('at '))?.slice('at '.length) ?? at;
  }
  const begun = said.filter((line) => line.startsWith('begin '));
  expect(begun.length).toBeGreaterThan(9);
  expect(new Set(begun).size).toBe(begun.length);

  const after = await newDatabase(path);
  const ids = after.all('SELECT run_id FROM executions').map(({ run_id }) => String(run_id));
  after.close();
  // Each due time up to the last ones, whose window may still be open, has as many runs as there are targets.
  const end = Date.parse(at) - 75_000;
  let dues = 0;
  for (let due = nextDue(spec, 0); due !== undefined && due < end; due = nextDue(spec, due)) {
    const mark = `scheduled-${new Date(due).toISOString().replace(/[-:]|\.\d+/g, '')}-`;
    expect([mark, ids.filter((id) => id.startsWith(mark)).length]).toEqual([mark, TARGETS.length]);
    dues += 1;
  }
  expect(dues).toBeGreaterThan(2);
});
