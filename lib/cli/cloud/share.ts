import { Command } from 'commander';
import type { InputError } from '../../model/input-error.ts';
import type { ListedShare } from '../../service/contracts/shares.ts';
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
import { EXIT } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { type FormatChoice, formatOption, printJson, withClient } from './answer.ts';
import { type CloudOptions, cloudOptions } from './connect.ts';
import { failed } from './failed.ts';

interface CreateOptions extends CloudOptions, FormatChoice {
  readonly target?: string;
  readonly days: string;
  readonly redact?: boolean;
  readonly checkAgain?: string;
  readonly checkAgainEvery: string;
  readonly office?: string;
  readonly attempts: string;
}

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

  inbound-check share create 20260301T093005Z-0a1b2c3d --days 30 --redact
  inbound-check share create 20260301T093005Z-0a1b2c3d --redact --check-again 5
  inbound-check share create 20260301T093005Z-0a1b2c3d --office https://shop.example.com:443/

Exit status: 0 made, 64 no such run or target, not finished yet, or wrong usage,
69 the API can't be reached.`,
    )
    .action(async (run: string, options: CreateOptions) => setStatus(await create(run, options)));
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
    .action(async (options: CloudOptions & FormatChoice) => setStatus(await list(options)));
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
    .action(async (id: string, options: CloudOptions) => setStatus(await revoke(id, options)));
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
      setStatus(await offices(run, options)),
    );
}

async function create(runId: string, options: CreateOptions): Promise<number> {
  const { target, redact = false } = options;
  const days = inRange(options.days, MIN_DAYS, MAX_DAYS);
  if (days === undefined) return refuse(await badNumber('--days', MIN_DAYS, MAX_DAYS, options.days));
  const runs = options.checkAgain && inRange(options.checkAgain, 1, MAX_AGAIN_RUNS);
  if (options.checkAgain !== undefined && !runs)
    return refuse(await badNumber('--check-again', 1, MAX_AGAIN_RUNS, options.checkAgain));
  const everyMinutes = inRange(options.checkAgainEvery, 1, MAX_AGAIN_MINUTES);
  if (everyMinutes === undefined)
    return refuse(await badNumber('--check-again-every', 1, MAX_AGAIN_MINUTES, options.checkAgainEvery));
  const attempts = inRange(options.attempts, 1, MAX_OFFICE_ATTEMPTS);
  if (attempts === undefined)
    return refuse(await badNumber('--attempts', 1, MAX_OFFICE_ATTEMPTS, options.attempts));
  const { sharesContracts } = await import('../../service/contracts/shares.ts');
  return withClient(options, async (client) => {
    const asking = await client(sharesContracts.createShare, {
      body: {
        runId,
        days,
        redact,
        ...(target !== undefined && { target }),
        ...(runs && { checkAgain: { runs, everyMinutes } }),
        ...(options.office !== undefined && { office: { endpoint: options.office, attempts } }),
      },
    });
    if (asking.status !== 'answered') return failed(asking);
    const { value } = asking;
    if (options.format === 'json') return printJson(value);
    const { visible } = await import('../../report/words/visible.ts');
    const { utc } = await import('../../model/units.ts');
    process.stdout.write(`${visible(value.url)}\n`);
    message(
      visible(
        `share ${value.id}: the report of ${value.target}${value.redacted ? ', redacted,' : ''} until ${utc(value.expiresAt)}${value.checkAgain ? `, may check again ${value.checkAgain.runs} times` : ''}${value.office ? `, asks offices to try ${value.office.endpoint}` : ''}; the link is shown only now`,
      ),
    );
    return EXIT.ok;
  });
}

function inRange(text: string, least: number, most: number): number | undefined {
  const value = Number(text);
  return /^\d{1,4}$/.test(text) && value >= least && value <= most ? value : undefined;
}

async function badNumber(option: string, least: number, most: number, text: string): Promise<InputError> {
  const { inputError } = await import('../../model/input-error.ts');
  const { quote } = await import('../../input/request/quote.ts');
  return inputError(`${option}: expected a whole number from ${least} to ${most}, not ${quote(text)}`);
}

async function list(options: CloudOptions & FormatChoice): Promise<number> {
  const { sharesContracts } = await import('../../service/contracts/shares.ts');
  return withClient(options, async (client) => {
    const shares: ListedShare[] = [];
    let after: string | undefined;
    do {
      const asking = await client(sharesContracts.listShares, {
        query: after === undefined ? {} : { after },
      });
      if (asking.status !== 'answered') return failed(asking);
      shares.push(...asking.value.shares);
      after = asking.value.next;
    } while (after !== undefined);
    if (options.format === 'json') return printJson(shares);
    const { visible } = await import('../../report/words/visible.ts');
    const { shareLines } = await import('../../service/share/lines.ts');
    const lines = shares.length === 0 ? ['there is no link yet'] : shareLines(shares);
    process.stdout.write(lines.map((line) => `${visible(line)}\n`).join(''));
    return EXIT.ok;
  });
}

async function revoke(id: string, options: CloudOptions): Promise<number> {
  const { sharesContracts } = await import('../../service/contracts/shares.ts');
  return withClient(options, async (client) => {
    const asking = await client(sharesContracts.revokeShare, { params: { id } });
    if (asking.status !== 'answered') return failed(asking);
    const { visible } = await import('../../report/words/visible.ts');
    const { utc } = await import('../../model/units.ts');
    const { value } = asking;
    const since = utc(value.revokedAt ?? value.expiresAt);
    process.stdout.write(`${visible(`share ${value.id} of ${value.target} is closed since ${since}`)}\n`);
    return EXIT.ok;
  });
}

async function offices(runId: string, options: CloudOptions & FormatChoice): Promise<number> {
  const { sharesContracts } = await import('../../service/contracts/shares.ts');
  return withClient(options, async (client) => {
    const asking = await client(sharesContracts.listOffices, { params: { runId } });
    if (asking.status !== 'answered') return failed(asking);
    if (options.format === 'json') return printJson(asking.value);
    const { visibleLines } = await import('../../report/words/visible.ts');
    const { officeLines } = await import('../../service/share/office/lines.ts');
    const lines = officeLines(asking.value.offices);
    const shown = lines.length === 0 ? ['no office has told anything of this run'] : lines;
    process.stdout.write(
      shown
        .flatMap(visibleLines)
        .map((line) => `${line}\n`)
        .join(''),
    );
    return EXIT.ok;
  });
}
