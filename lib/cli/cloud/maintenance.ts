import { Command } from 'commander';
import { type InputError, inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { isoTime } from '../../net/clock.ts';
import type { MaintenanceWindow } from '../../service/state/maintenance.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { refuse } from '../terminal/message.ts';
import { type FormatChoice, formatOption, printJson, printLines, withClient } from './answer.ts';
import { type CloudOptions, cloudOptions } from './connect.ts';
import { failed } from './failed.ts';

interface AddOptions extends CloudOptions {
  readonly from?: string;
  readonly to?: string;
  readonly for?: string;
  readonly reason: string;
}
type ListOptions = CloudOptions & FormatChoice;

const STATUS = `Exit status: 0 done, 64 no such target or window, or wrong usage, 69 the API
can't be reached.`;

/** `schedule maintenance …`. */
export function maintenanceCommand(setStatus: SetStatus): Command {
  return new Command('maintenance')
    .description('announce work on a target: what runs find meanwhile is not reported to anyone')
    .addCommand(addCommand(setStatus))
    .addCommand(listCommand(setStatus))
    .addCommand(removeCommand(setStatus))
    .addHelpText(
      'after',
      `
Scheduled runs take place within a window, too, and are marked in their reports.`,
    );
}

function addCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('add')
      .description('add a window')
      .argument('<target>', 'the name of the target')
      .option(
        '--from <time>',
        'when it begins, as 2026-07-01T20:00Z or 2026-07-01T22:00+02:00 (default: now)',
      )
      .option('--to <time>', 'when it ends')
      .option('--for <time>', 'instead of --to: how long it is, as 90m, 2h or 1d')
      .requiredOption('--reason <text>', 'shown in the reports'),
  )
    .addHelpText(
      'after',
      `
  inbound-check schedule maintenance add shop --for 2h --reason "new firewall"

${STATUS}`,
    )
    .action(async (target: string, options: AddOptions) => setStatus(await add(target, options)));
}

function listCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('list')
      .description('list the windows of a target; those that ended for 30 days more')
      .argument('<target>', 'the name of the target')
      .addOption(formatOption()),
  )
    .addHelpText('after', `\n  inbound-check schedule maintenance list shop\n\n${STATUS}`)
    .action(async (target: string, options: ListOptions) => setStatus(await list(target, options)));
}

function removeCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('remove')
      .description('remove a window: from now on changes are reported again')
      .argument('<target>', 'the name of the target')
      .argument('<id>', 'the id of the window, as list shows it'),
  )
    .addHelpText('after', `\n  inbound-check schedule maintenance remove shop 0123456789ab\n\n${STATUS}`)
    .action(async (target: string, id: string, options: CloudOptions) =>
      setStatus(await remove(target, id, options)),
    );
}

async function add(
  target: string,
  { from, to, for: length, reason, ...options }: AddOptions,
): Promise<number> {
  const times = await timesOf({ from, to, length }, Date.now());
  if (!times.ok) return refuse(times);
  const { randomBytes } = await import('node:crypto');
  const { schedulesContracts } = await import('../../service/contracts/schedules.ts');
  return withClient(options, async (client) => {
    const asking = await client(schedulesContracts.setMaintenance, {
      // Chosen here, so that a request that is sent twice makes only one window.
      params: { target, id: randomBytes(6).toString('hex') },
      body: { ...times.value, reason },
    });
    return asking.status === 'answered' ? printWindows([asking.value]) : failed(asking);
  });
}

async function list(target: string, options: ListOptions): Promise<number> {
  const { schedulesContracts } = await import('../../service/contracts/schedules.ts');
  return withClient(options, async (client) => {
    const asking = await client(schedulesContracts.listMaintenance, { params: { target } });
    if (asking.status !== 'answered') return failed(asking);
    const { windows } = asking.value;
    if (options.format === 'json') return printJson(windows);
    return windows.length > 0 ? printWindows(windows) : printLines([`${target} has no maintenance window`]);
  });
}

async function remove(target: string, id: string, options: CloudOptions): Promise<number> {
  const { schedulesContracts } = await import('../../service/contracts/schedules.ts');
  return withClient(options, async (client) => {
    const asking = await client(schedulesContracts.removeMaintenance, { params: { target, id } });
    return asking.status === 'answered'
      ? printLines([`window ${id} of ${target} is removed`])
      : failed(asking);
  });
}

interface Times {
  readonly from: string;
  readonly to: string;
}

async function timesOf(
  { from, to, length }: { from: string | undefined; to: string | undefined; length: string | undefined },
  now: number,
): Promise<ParseResult<Times>> {
  if ((to === undefined) === (length === undefined))
    return inputError('say when the window ends: --to TIME, or --for how long, as 2h');
  const begins = from === undefined ? parsed(now) : await instant('--from', from);
  if (!begins.ok) return begins;
  const ends = to === undefined ? await after(begins.value, length ?? '') : await instant('--to', to);
  if (!ends.ok) return ends;
  return parsed({
    from: isoTime(begins.value),
    to: isoTime(ends.value),
  });
}

/** A time without a zone would mean another moment on each machine. */
async function instant(option: string, text: string): Promise<ParseResult<number>> {
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = isWhole ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at)
    ? misread(option, 'a date with time and zone, as 2026-07-01T20:00Z or 2026-07-01T22:00+02:00', text)
    : parsed(at);
}

const MINUTES = { m: 1, h: 60, d: 1_440 } as const;

async function after(from: number, text: string): Promise<ParseResult<number>> {
  const match = /^([1-9][0-9]{0,4})([mhd])$/.exec(text);
  return match === null
    ? misread('--for', 'minutes, hours or days, as 90m, 2h or 1d', text)
    : parsed(from + Number(match[1]) * MINUTES[match[2] as keyof typeof MINUTES] * 60_000);
}

async function misread(option: string, expected: string, text: string): Promise<InputError> {
  const { quote } = await import('../../input/request/quote.ts');
  return inputError(`${option}: expected ${expected}, not ${quote(text)}`);
}

async function printWindows(windows: readonly MaintenanceWindow[]): Promise<number> {
  const { windowLines } = await import('../../service/schedule/lines.ts');
  return printLines(windowLines(windows, Date.now()));
}
