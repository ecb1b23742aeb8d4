/** What `inbound-check schedule` does and says, whichever home of the API it asks: a fleet and a station have to pass. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ScheduleView } from '../../../lib/service/contracts/schedules.ts';
import { type CliResult, ROOT } from '../../cli/run-cli.ts';

export interface ScheduleHome {
  operator(...args: string[]): Promise<CliResult>;
  reader(...args: string[]): Promise<CliResult>;
  /** A target for which an operator takes responsibility. */
  register(name: string): Promise<void>;
}

export function scheduleCommandsContract(home: ScheduleHome): void {
  const told = async (...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await home.operator(...args);
    expect([status, stderr]).toEqual([0, '']);
    return stdout;
  };
  const shown = async (target: string): Promise<ScheduleView> =>
    ScheduleView.parse(JSON.parse(await told('schedule', 'show', target, '--format', 'json')));

  describe('a schedule is refused', () => {
    it.each([
      [
        ['set', 'Nobody', '--every', '15m'],
        'no target "Nobody" is registered: see inbound-check target list',
      ],
      [['set', 'Nobody', '--every', '1m'], 'is too often: a target is checked every 5 min at most'],
      [
        ['set', 'Nobody', '--cron', '0 6 1 * 1', '--timezone', 'UTC'],
        'of which EventBridge Scheduler takes one',
      ],
      [['set', 'Nobody', '--cron', '0 6 * * 1'], 'a cron expression needs a time zone'],
      [['pause', 'Nobody'], '"Nobody" has no schedule'],
      [['maintenance', 'add', 'Nobody', '--for', '2h', '--reason', 'x'], 'no target "Nobody" is registered'],
      [['maintenance', 'add', 'Nobody', '--reason', 'x'], 'say when the window ends'],
      [
        ['maintenance', 'add', 'Nobody', '--to', '2026-07-01 20:00', '--reason', 'x'],
        'expected a date with time and zone',
      ],
    ])('%j', async (args, message) => {
      const { status, stdout, stderr } = await home.operator('schedule', ...args);
      expect([status, stdout]).toEqual([64, '']);
      expect(stderr).toContain(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    });

    it('for somebody who may only read', async () => {
      const { status, stderr } = await home.reader('schedule', 'set', 'Shop, main', '--every', '15m');
      expect(status).not.toBe(0);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect((await home.reader('schedule', 'list')).status).toBe(0);
    });
  });

  describe('a schedule of either home', () => {
    it('is set, paused, resumed, changed and removed, and never differs from what was asked', async () => {
      await home.register('Both homes');
      expect(await told('schedule', 'set', 'Both homes', '--every', '15m')).toMatch(
        /^Both homes {2}every 15m\n {4}next \d{4}-.* UTC\n {4}last none yet\n/,
      );
      const set = await shown('Both homes');
      expect(set).toMatchObject({ state: 'active', every: '15m', flexibleMinutes: 1 });
      expect(await told('schedule', 'pause', 'Both homes')).toMatch(
        /^Both homes {2}every 15m {2}paused\n {4}last/,
      );
      expect(await shown('Both homes')).not.toHaveProperty('next');
      await told('schedule', 'resume', 'Both homes');
      const resumed = await shown('Both homes');
      expect((Date.parse(resumed.next ?? '') - Date.parse(set.next ?? '')) % 900_000).toBe(0);
      await told('schedule', 'set', 'Both homes', '--cron', '0 6 * * 1-5', '--timezone', 'Europe/Zurich');
      expect(await told('schedule', 'list')).toMatch(
        /Both homes {2}cron 0 6 \* \* 1-5 \(Europe\/Zurich\)\n {4}next \S+ 0[45]:00:00 UTC \(\S+ 06:00 Europe\/Zurich\)/,
      );
      for (const view of [set, resumed, await shown('Both homes')]) {
        expect(view).not.toHaveProperty('drift');
        expect(view).not.toHaveProperty('trouble');
      }
      expect(await told('schedule', 'remove', 'Both homes')).toBe('Both homes has no schedule any more\n');
      const { status, stderr } = await home.operator('schedule', 'show', 'Both homes');
      expect([status, stderr]).toEqual([
        64,
        'inbound-check: "Both homes" has no schedule: see inbound-check schedule list\n',
      ]);
    });
  });

  describe('docs/schedules.md', () => {
    const page = readFileSync(join(ROOT, 'docs/schedules.md'), 'utf8');
    const commands = [...page.matchAll(/^inbound-check (.*)$/gm)].map(([, line = '']) =>
      [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? ''),
    );

    it('has commands that all do what they say, in its order', async () => {
      await home.register('shop');
      const said: string[] = [];
      for (const args of commands) {
        // The id is what `maintenance list` has shown.
        const id = /^([0-9a-f]{12}) {2}/m.exec(said.at(-1) ?? '')?.[1];
        said.push(await told(...args.map((arg) => (arg === '0123456789ab' ? (id ?? arg) : arg))));
      }
      expect(said).toHaveLength(12);
      expect(said.at(-1)).toMatch(/^window [0-9a-f]{12} of shop is removed$/m);
    });
  });
}
