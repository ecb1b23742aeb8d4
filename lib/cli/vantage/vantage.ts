import { Command, Option } from 'commander';
import type { VantagePosition } from '../../model/position.ts';
import type { ListedVantage } from '../../service/contracts/vantages.ts';
import {
  asked,
  type FormatChoice,
  formatOption,
  printJson,
  printLines,
  withClient,
} from '../cloud/answer.ts';
import { type CloudOptions, cloudOptions } from '../cloud/connect.ts';
import { failed } from '../cloud/failed.ts';
import { EXIT, type SetStatus } from '../terminal/exit-status.ts';
import { message } from '../terminal/message.ts';
import { joinVantageCommand } from './join.ts';
import { vantageStatusCommand } from './status.ts';

const POSITIONS = ['internet', 'allow-listed', 'inside'] as const satisfies readonly VantagePosition[];

export function vantageCommand(setStatus: SetStatus): Command {
  return new Command('vantage')
    .description('let machines elsewhere measure, too, and say where they stand')
    .addCommand(addCommand(setStatus))
    .addCommand(listCommand(setStatus))
    .addCommand(removeCommand(setStatus))
    .addCommand(joinVantageCommand(setStatus))
    .addCommand(vantageStatusCommand(setStatus));
}

interface AddOptions extends CloudOptions, FormatChoice {
  readonly position: VantagePosition;
}

function addCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('add')
      .description('invite a machine, or set the position of a vantage that is there')
      .argument('<name>', 'what it is called in reports: lower-case letters, digits and hyphens')
      .addOption(
        new Option('--position <position>', 'where it stands towards your targets')
          .choices(POSITIONS)
          .makeOptionMandatory(),
      )
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
  internet      as anybody: judges what the internet reaches
  allow-listed  at an address that your firewalls let in: analysts, a branch office
  inside        behind the firewall: what it reaches is no exposure

The code goes to standard output, this once: it enrols one machine, once, within 24
hours. The machine of a station is called local, and needs no code.

  inbound-check vantage add branch-1 --position allow-listed
  inbound-check vantage add local --position inside

Exit status: 0 done, 64 wrong usage, 69 the API can't be reached.`,
    )
    .action(async (name: string, options: AddOptions) => setStatus(await add(name, options)));
}

async function add(name: string, options: AddOptions): Promise<number> {
  const { vantagesContracts } = await import('../../service/contracts/vantages.ts');
  return withClient(options, async (client) => {
    const { position } = options;
    const asking = await client(vantagesContracts.putVantage, { params: { name }, body: { position } });
    if (asking.status !== 'answered') return failed(asking);
    const { code } = asking.value;
    if (options.format === 'json') return printJson(asking.value);
    if (code === undefined) {
      message(`the position of ${name} is now ${position}`);
      return EXIT.ok;
    }
    process.stdout.write(`${name}.${code}\n`);
    message('on that machine: inbound-check vantage join ADDRESS, with this code on standard input');
    return EXIT.ok;
  });
}

function listCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('list')
      .description('list the vantages that were invited, where they stand, and when they were heard of')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
A stale one has not asked for work for a while: runs go on without it, and nothing
of that is blamed on a target.

  inbound-check vantage list --format json

Exit status: 0 listed, 64 wrong usage, 69 the API can't be reached.`,
    )
    .action(async (options: CloudOptions & FormatChoice) => {
      const { vantagesContracts } = await import('../../service/contracts/vantages.ts');
      setStatus(
        await asked(
          options,
          (client) => client(vantagesContracts.listVantages, {}),
          ({ vantages }) => vantageLines(vantages),
        ),
      );
    });
}

const STATUS = {
  invited: 'nobody has joined with its code yet',
  expired: 'its code is too old: vantage add makes another',
  fresh: 'asks for work',
  stale: 'stale',
  own: 'the machine of the station',
} as const satisfies Record<ListedVantage['status'], string>;

async function vantageLines(vantages: readonly ListedVantage[]): Promise<string[]> {
  if (vantages.length === 0) return ['no machine was invited yet: inbound-check vantage add'];
  const { utc } = await import('../../model/units.ts');
  return vantages.map(({ name, position, status, heardAt, from }) =>
    [
      name,
      position,
      STATUS[status],
      ...(heardAt === undefined
        ? []
        : [`last heard of ${utc(heardAt)}${from === undefined ? '' : ` from ${from}`}`]),
    ].join('  '),
  );
}

function removeCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('remove')
      .description('remove a vantage: its key counts no more')
      .argument('<name>', 'as list shows it'),
  )
    .addHelpText(
      'after',
      "\n  inbound-check vantage remove branch-1\n\nExit status: 0 removed, 64 no such vantage, 69 the API can't be reached.",
    )
    .action(async (name: string, options: CloudOptions) => {
      const { vantagesContracts } = await import('../../service/contracts/vantages.ts');
      const status = await withClient(options, async (client) => {
        const asking = await client(vantagesContracts.removeVantage, { params: { name } });
        return asking.status === 'answered' ? printLines([`vantage ${name} is removed`]) : failed(asking);
      });
      setStatus(status);
    });
}
