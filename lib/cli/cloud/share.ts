import { Command } from 'commander';
import {
  DEFAULT_AGAIN_MINUTES,
  DEFAULT_DAYS,
  DEFAULT_OFFICE_ATTEMPTS,
  MAX_AGAIN_MINUTES,
  MAX_AGAIN_RUNS,
  MAX_DAYS,
  MAX_OFFICE_ATTEMPTS,
  MIN_DAYS,
} from '../../service/state/share-lifetime.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { type FormatChoice, formatOption } from './answer.ts';
import { type CloudOptions, cloudOptions } from './connect.ts';
import type { ShareOptions } from './share-actions.ts';

const actions = () => import('./share-actions.ts');

export function shareCommand(setStatus: SetStatus): Command {
  return new Command('share')
    .description('make, list and close links to reports of a fleet or station')
    .addCommand(createCommand(setStatus))
    .addCommand(listCommand(setStatus))
    .addCommand(revokeCommand(setStatus))
    .addCommand(officesCommand(setStatus))
    .addHelpText(
      'after',
      `
Whoever has a link can read that one report and nothing else, until it expires or
is closed. Only its hash is kept, so it can't be shown again.`,
    );
}

function createCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('create')
      .description('make a link to a report of a finished run, and print it')
      .argument('<run>', 'the id of the run')
      .option('--target <name>', 'whose report, when the run has several targets')
      .option('--days <n>', `days until the link ends (${MIN_DAYS} to ${MAX_DAYS})`, String(DEFAULT_DAYS))
      .option(
        '--redact',
        'leave out the recipient of mail checks, other targets, private addresses on the way, and who asked for the run',
      )
      .option('--joined', 'the report with what was joined to it')
      .option(
        '--check-again <n>',
        `whoever has the link may have the same checked again, so often in all (1 to ${MAX_AGAIN_RUNS})`,
      )
      .option(
        '--check-again-every <minutes>',
        `with --check-again: least time between two (1 to ${MAX_AGAIN_MINUTES})`,
        String(DEFAULT_AGAIN_MINUTES),
      )
      .option(
        '--office <endpoint>',
        'ask whoever opens the link to try this endpoint of the report from a browser there, and show them their own address',
      )
      .option(
        '--attempts <n>',
        `with --office: outcomes that are taken in all (1 to ${MAX_OFFICE_ATTEMPTS})`,
        String(DEFAULT_OFFICE_ATTEMPTS),
      )
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
The link alone goes to standard output, what is to be known of it to standard error.

  inbound-check share create 20260301T093005Z-0a1b2c3d --days 30 --redact --check-again 5
  inbound-check share create 20260301T093005Z-0a1b2c3d --office https://shop.example.com:443/

Exit status: 0 made, 64 no such run or target, not finished yet, or wrong usage,
69 the API can't be reached.`,
    )
    .action(async (run: string, options: ShareOptions) =>
      setStatus(await (await actions()).create(run, options)),
    );
}

function listCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('list')
      .description('list the links, oldest first; those that ended are listed for 30 days more')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      "\n  inbound-check share list --format json\n\nExit status: 0 listed, 64 wrong usage, 69 the API can't be reached.",
    )
    .action(async (options: CloudOptions & FormatChoice) => setStatus(await (await actions()).list(options)));
}

function revokeCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('revoke')
      .description('close a link at once; it cannot be opened again')
      .argument('<id>', 'the id of the link, as list shows it'),
  )
    .addHelpText(
      'after',
      `
  inbound-check share revoke 0123456789abcdef

Exit status: 0 closed, also when it was before, 64 no such link, or wrong usage,
69 the API can't be reached.`,
    )
    .action(async (id: string, options: CloudOptions) =>
      setStatus(await (await actions()).revoke(id, options)),
    );
}

function officesCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('offices')
      .description('show what offices saw of a run that were asked by a link')
      .argument('<run>', 'the id of the run')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
Addresses of visitors are among it. It goes with the link's own record, 30 days
after the link's last day.

  inbound-check share offices 20260301T093005Z-0a1b2c3d

Exit status: 0 shown, also when there is nothing yet, 64 wrong usage,
69 the API can't be reached.`,
    )
    .action(async (run: string, options: CloudOptions & FormatChoice) =>
      setStatus(await (await actions()).offices(run, options)),
    );
}
