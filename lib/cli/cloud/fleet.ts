import { Command } from 'commander';
import type { FleetStatus } from '../../service/contracts/fleet.ts';
import type { SourcesSeen } from '../../service/contracts/sources.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { asked, type FormatChoice, formatOption } from './answer.ts';
import { type CloudOptions, cloudOptions } from './connect.ts';

type Options = CloudOptions & FormatChoice;

const STATUS = "Exit status: 0 done, 64 wrong usage, 69 the API can't be reached.";

export function fleetCommand(setStatus: SetStatus): Command {
  return new Command('fleet')
    .description('look at the fleet or station, stop every probe at once, and let it go on')
    .addCommand(statusCommand(setStatus))
    .addCommand(sourcesCommand(setStatus))
    .addCommand(stopCommand(setStatus))
    .addCommand(resumeCommand(setStatus));
}

function statusCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('status')
      .description(
        'show whether the fleet is stopped, the key of its reports, its vantages and its last runs',
      )
      .addOption(formatOption()),
  )
    .addHelpText('after', `\n  inbound-check fleet status\n\n${STATUS}`)
    .action(async (options: Options) => {
      const { fleetContracts } = await import('../../service/contracts/fleet.ts');
      setStatus(await asked(options, (client) => client(fleetContracts.getFleet, {}), statusLines));
    });
}

function sourcesCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('sources')
      .description('name the source addresses that each vantage was seen with lately')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
A fixed address is one of the fleet's own; AWS may use another of the others for
another connection. What was not seen for 30 days is left out.

  inbound-check fleet sources --format json

${STATUS}`,
    )
    .action(async (options: Options) => {
      const { fleetContracts } = await import('../../service/contracts/fleet.ts');
      setStatus(await asked(options, (client) => client(fleetContracts.getSources, {}), sourceLines));
    });
}

async function sourceLines({ vantages }: SourcesSeen): Promise<string[]> {
  const { utc } = await import('../../model/units.ts');
  return vantages.flatMap(({ id, sources }) => [
    id,
    ...(sources.length === 0 ? ['  no address was seen lately'] : []),
    ...sources.map(({ address, fixed, firstSeen, lastSeen }) =>
      [
        `  ${address}`,
        ...(fixed ? ['fixed'] : []),
        ...(firstSeen === undefined || lastSeen === undefined
          ? []
          : [`first seen ${utc(firstSeen)}, last seen ${utc(lastSeen)}`]),
      ].join('  '),
    ),
  ]);
}

function stopCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('stop')
      .description('stop every probe at once; none begins until the fleet is resumed')
      .requiredOption('--reason <text>', 'why; shown to everyone who asks for a run meanwhile')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
Probes that are under way end within seconds, and nothing of them is blamed on a
target.

  inbound-check fleet stop --reason "customer asks for it, T-123"

${STATUS}`,
    )
    .action(async (options: Options & { readonly reason: string }) => {
      const { fleetContracts } = await import('../../service/contracts/fleet.ts');
      const body = { reason: options.reason };
      const status = await asked(
        options,
        (client) => client(fleetContracts.stopFleet, { body }),
        async ({ ended, left }) => {
          const { count } = await import('../../report/words/terms.ts');
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
      const { fleetContracts } = await import('../../service/contracts/fleet.ts');
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

async function statusLines({
  signingKey,
  stopped,
  conditions = [],
  vantages,
  runs,
}: FleetStatus): Promise<string[]> {
  const { utc } = await import('../../model/units.ts');
  return [
    stopped === undefined
      ? 'the fleet runs'
      : `THE FLEET IS STOPPED since ${utc(stopped.at)} by ${stopped.by}: ${stopped.reason}`,
    ...conditions
      .slice(0, 3)
      .map(
        ({ kind, from, until, detail }) =>
          `our side: ${kind} ${until === undefined ? `since ${utc(from)}` : `from ${utc(from)} to ${utc(until)}`}: ${detail}`,
      ),
    ...(signingKey === undefined ? [] : [`reports are signed by the key ${signingKey}`]),
    'vantages',
    ...vantages.map(({ id, kind, position, sourceAddress, smtp, families = [4] }) =>
      [
        `  ${id}`,
        ...(position === undefined ? [] : [position]),
        kind === 'local'
          ? 'the network of the station'
          : kind === 'site'
            ? 'a machine that has joined'
            : kind === 'lambda'
              ? 'no fixed address'
              : families.includes(4)
                ? (sourceAddress ?? 'fixed address')
                : 'addresses of one /64',
        smtp ? 'may use port 25' : 'no port 25',
        families.map((family) => `IPv${family}`).join(' and '),
      ].join('  '),
    ),
    runs.length === 0 ? 'no run yet' : 'last runs',
    ...runs.map(({ name, kind, status, startedAt }) =>
      [`  ${utc(startedAt)}`, status, kind === 'sweep' ? `sweep ${name}` : name].join('  '),
    ),
  ];
}
