import { Command } from 'commander';
import { inputError } from '../../model/input-error.ts';
import type { ScheduleView } from '../../service/contracts/schedules.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { type FormatChoice, formatOption, withClient } from './answer.ts';
import { type CloudOptions, cloudOptions } from './connect.ts';
import { failed } from './failed.ts';
import { maintenanceCommand } from './maintenance.ts';

interface SetOptions extends CloudOptions {
  readonly every?: string;
  readonly cron?: string;
  readonly timezone?: string;
}

const STATUS = `Exit status: 0 done, 64 no such target or schedule, or wrong usage, 69 the API
can't be reached.`;

export function scheduleCommand(setStatus: SetStatus): Command {
  return new Command('schedule')
    .description('check registered targets again and again by a fleet or station')
    .addCommand(setCommand(setStatus))
    .addCommand(listCommand(setStatus))
    .addCommand(showCommand(setStatus))
    .addCommand(switchCommand(setStatus, 'pause'))
    .addCommand(switchCommand(setStatus, 'resume'))
    .addCommand(removeCommand(setStatus))
    .addCommand(maintenanceCommand(setStatus))
    .addHelpText(
      'after',
      `
A target has one schedule. A run that does not come, or fails, is itself told of.`,
    );
}

function setCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('set')
      .description('set the schedule of a target, or change it; a paused one becomes active')
      .argument('<target>', 'the name of a registered target')
      .option('--every <time>', 'minutes, hours or days, as 15m, 2h or 1d: from 5m to 31d')
      .option('--cron <expression>', 'minute, hour, day of month, month and day of week, as "0 6 * * 1-5"')
      .option('--timezone <zone>', 'of --cron: a name of the IANA database, as Europe/Zurich'),
  )
    .addHelpText(
      'after',
      `
  inbound-check schedule set shop --every 15m
  inbound-check schedule set shop --cron "0 6 * * 1-5" --timezone Europe/Zurich

${STATUS}`,
    )
    .action(async (target: string, options: SetOptions) => setStatus(await set(target, options)));
}

function listCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('list')
      .description('list the schedules: next run, last run and its verdict, and what is wrong')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      "\n  inbound-check schedule list --format json\n\nExit status: 0 listed, 64 wrong usage, 69 the API can't be reached.",
    )
    .action(async (options: CloudOptions & FormatChoice) => setStatus(await list(options)));
}

function showCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('show')
      .description('show the schedule of a target')
      .argument('<target>', 'the name of the target')
      .addOption(formatOption()),
  )
    .addHelpText('after', `\n  inbound-check schedule show shop\n\n${STATUS}`)
    .action(async (target: string, options: CloudOptions & FormatChoice) =>
      setStatus(await show(target, options)),
    );
}

function switchCommand(setStatus: SetStatus, name: 'pause' | 'resume'): Command {
  const description = {
    pause: 'start no scheduled run of a target until it is resumed',
    resume: 'go on with a paused schedule',
  }[name];
  return cloudOptions(
    new Command(name).description(description).argument('<target>', 'the name of the target'),
  )
    .addHelpText('after', `\n  inbound-check schedule ${name} shop\n\n${STATUS}`)
    .action(async (target: string, options: CloudOptions) =>
      setStatus(
        await withClient(options, async (client) => {
          const { schedulesContracts } = await import('../../service/contracts/schedules.ts');
          const contract = schedulesContracts[name === 'pause' ? 'pauseSchedule' : 'resumeSchedule'];
          const asking = await client(contract, { params: { target } });
          return asking.status === 'answered' ? printView(asking.value) : failed(asking);
        }),
      ),
    );
}

function removeCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('remove')
      .description('remove the schedule of a target')
      .argument('<target>', 'the name of the target'),
  )
    .addHelpText('after', `\n  inbound-check schedule remove shop\n\n${STATUS}`)
    .action(async (target: string, options: CloudOptions) =>
      setStatus(
        await withClient(options, async (client) => {
          const { schedulesContracts } = await import('../../service/contracts/schedules.ts');
          const asking = await client(schedulesContracts.removeSchedule, { params: { target } });
          if (asking.status !== 'answered') return failed(asking);
          const { visible } = await import('../../report/words/visible.ts');
          process.stdout.write(`${visible(`${target} has no schedule any more`)}\n`);
          return EXIT.ok;
        }),
      ),
    );
}

async function set(target: string, { every, cron, timezone, ...options }: SetOptions): Promise<number> {
  const { parseSchedule } = await import('../../service/schedule/spec.ts');
  const written = {
    ...(every !== undefined && { every }),
    ...(cron !== undefined && { cron }),
    ...(timezone !== undefined && { timezone }),
  };
  if ((every === undefined) === (cron === undefined))
    return refuse(inputError('say how often: --every TIME or --cron EXPRESSION, one of them'));
  // The API reads it with the same code, so a mistake is reported without asking it.
  const spec = parseSchedule(written, Date.now());
  if (!spec.ok) return refuse(spec);
  return withClient(options, async (client) => {
    const { schedulesContracts } = await import('../../service/contracts/schedules.ts');
    const asking = await client(schedulesContracts.setSchedule, { params: { target }, body: written });
    return asking.status === 'answered' ? printView(asking.value) : failed(asking);
  });
}

async function list(options: CloudOptions & FormatChoice): Promise<number> {
  const { schedulesContracts } = await import('../../service/contracts/schedules.ts');
  return withClient(options, async (client) => {
    const schedules: ScheduleView[] = [];
    let stopped: string | undefined;
    let after: string | undefined;
    do {
      const asking = await client(schedulesContracts.listSchedules, {
        query: after === undefined ? {} : { after },
      });
      if (asking.status !== 'answered') return failed(asking);
      schedules.push(...asking.value.schedules);
      ({ next: after, stopped } = asking.value);
    } while (after !== undefined);
    const { visible, visibleJson } = await import('../../report/words/visible.ts');
    if (options.format === 'json') {
      process.stdout.write(`${visibleJson({ schedules, ...(stopped !== undefined && { stopped }) }, 2)}\n`);
      return EXIT.ok;
    }
    if (stopped !== undefined) message(visible(`nothing runs: ${stopped}`));
    const { scheduleLines } = await import('../../service/schedule/lines.ts');
    const lines = schedules.length === 0 ? ['there is no schedule yet'] : schedules.flatMap(scheduleLines);
    process.stdout.write(lines.map((line) => `${visible(line)}\n`).join(''));
    return EXIT.ok;
  });
}

async function show(target: string, options: CloudOptions & FormatChoice): Promise<number> {
  const { schedulesContracts } = await import('../../service/contracts/schedules.ts');
  return withClient(options, async (client) => {
    const asking = await client(schedulesContracts.getSchedule, { params: { target } });
    if (asking.status !== 'answered') return failed(asking);
    if (options.format === 'terminal') return printView(asking.value);
    const { visibleJson } = await import('../../report/words/visible.ts');
    process.stdout.write(`${visibleJson(asking.value, 2)}\n`);
    return EXIT.ok;
  });
}

async function printView(view: ScheduleView): Promise<number> {
  const { visible } = await import('../../report/words/visible.ts');
  const { scheduleDetails } = await import('../../service/schedule/lines.ts');
  process.stdout.write(
    scheduleDetails(view)
      .map((line) => `${visible(line)}\n`)
      .join(''),
  );
  return EXIT.ok;
}
