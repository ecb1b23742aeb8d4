import { Command } from 'commander';
import type { FleetStatus } from '../../api/contracts/fleet.ts';
import type { SetStatus } from '../options.ts';
import { asked, type FormatChoice, formatOption } from './answer.ts';
import { type CloudOptions, cloudOptions } from './connect.ts';

type Options = CloudOptions & FormatChoice;

const STATUS = "Exit status: 0 done, 64 wrong usage, 69 the API can't be reached.";

export function fleetCommand(setStatus: SetStatus): Command {
  return new Command('fleet')
    .description('look at the deployed fleet, stop every probe at once, and let it go on')
    .addCommand(statusCommand(setStatus))
    .addCommand(stopCommand(setStatus))
    .addCommand(resumeCommand(setStatus));
}

function statusCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('status')
      .description('show whether the fleet is stopped, its vantages and its last runs')
      .addOption(formatOption()),
  )
    .addHelpText('after', `\n  inbound-check fleet status\n\n${STATUS}`)
    .action(async (options: Options) => {
      const { fleetContracts } = await import('../../api/contracts/fleet.ts');
      setStatus(await asked(options, (client) => client(fleetContracts.getFleet, {}), statusLines));
    });
}

function stopCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('stop')
      .description('stop every probe at once; none begins until the fleet is resumed')
      .requiredOption('--reason <text>', 'why; whoever asks for a run meanwhile is told')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
Probes that are under way end within seconds, and nothing of them is held against a
target.

  inbound-check fleet stop --reason "customer asks for it, T-123"

${STATUS}`,
    )
    .action(async (options: Options & { readonly reason: string }) => {
      const { fleetContracts } = await import('../../api/contracts/fleet.ts');
      const body = { reason: options.reason };
      const status = await asked(
        options,
        (client) => client(fleetContracts.stopFleet, { body }),
        async ({ ended, left }) => {
          const { count } = await import('../../report/words.ts');
          const rest = left === 0 ? '' : `; ${count(left, 'run')} could not be, and ask no vantage any more`;
          return [
            `the fleet is stopped: ${count(ended, 'run')} under way ${ended === 1 ? 'was' : 'were'} ended${rest}`,
          ];
        },
      );
      setStatus(status);
    });
}

function resumeCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('resume').description('let the fleet probe again').addOption(formatOption()),
  )
    .addHelpText('after', `\n  inbound-check fleet resume\n\n${STATUS}`)
    .action(async (options: Options) => {
      const { fleetContracts } = await import('../../api/contracts/fleet.ts');
      const status = await asked(
        options,
        (client) => client(fleetContracts.resumeFleet, {}),
        async ({ was }) => [
          was === undefined
            ? 'the fleet was not stopped'
            : `the fleet goes on; ${was.by} had stopped it: ${was.reason}`,
        ],
      );
      setStatus(status);
    });
}

async function statusLines({ stopped, vantages, runs }: FleetStatus): Promise<string[]> {
  const { utc } = await import('../../report/words.ts');
  return [
    stopped === undefined
      ? 'the fleet runs'
      : `THE FLEET IS STOPPED since ${utc(stopped.at)} by ${stopped.by}: ${stopped.reason}`,
    'vantages',
    ...vantages.map(({ id, kind, sourceAddress, smtp }) =>
      [
        `  ${id}`,
        kind === 'lambda' ? 'no fixed address' : (sourceAddress ?? 'fixed address'),
        smtp ? 'may use port 25' : 'no port 25',
      ].join('  '),
    ),
    runs.length === 0 ? 'no run yet' : 'last runs',
    ...runs.map(({ name, kind, status, startedAt }) =>
      [`  ${utc(startedAt)}`, status, kind === 'sweep' ? `sweep ${name}` : name].join('  '),
    ),
  ];
}
