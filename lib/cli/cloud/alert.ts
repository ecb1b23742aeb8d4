import { Command } from 'commander';
import type { OpenAlert } from '../../service/contracts/open-alert.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { asked, type FormatChoice, formatOption } from './answer.ts';
import { type CloudOptions, cloudOptions } from './connect.ts';

type Options = CloudOptions & FormatChoice;

export function alertCommand(setStatus: SetStatus): Command {
  return new Command('alert')
    .description('see which alerts are open, and say that somebody takes care of one')
    .addCommand(listCommand(setStatus))
    .addCommand(ackCommand(setStatus));
}

function listCommand(setStatus: SetStatus): Command {
  return cloudOptions(new Command('list').description('list the open alerts').addOption(formatOption()))
    .addHelpText(
      'after',
      `
An alert is all that fails of a target, from its first failure until nothing fails.

  inbound-check alert list

Exit status: 0 listed, 64 wrong usage, 69 the API can't be reached.`,
    )
    .action(async (options: Options) =>
      setStatus(
        await asked(
          options,
          async (client) => client((await contracts()).listAlerts, {}),
          async ({ alerts, next }) =>
            alerts.length === 0
              ? ['no alert is open']
              : [...(await Promise.all(alerts.map(linesOf))).flat(), ...(next === undefined ? [] : ['…'])],
        ),
      ),
    );
}

function ackCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('ack')
      .description('acknowledge the open alert of a target: no reminders are sent until more fails')
      .argument('<target>', 'the name of the target')
      .requiredOption('--reason <text>', 'what is done about it; sent to all receivers, and in reports')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
  inbound-check alert ack shop --reason "firewall team is on it, CHG-123"

Exit status: 0 acknowledged, 64 no alert of the target is open, or wrong usage, 69 the
API can't be reached.`,
    )
    .action(async (target: string, options: Options & { readonly reason: string }) => {
      const { reason } = options;
      setStatus(
        await asked(
          options,
          async (client) =>
            client((await contracts()).acknowledgeAlert, { params: { target }, body: { reason } }),
          linesOf,
        ),
      );
    });
}

const contracts = async () => (await import('../../service/contracts/alerts.ts')).alertsContracts;

async function linesOf(alert: OpenAlert): Promise<string[]> {
  const { alertLines } = await import('../../service/targets/alert-lines.ts');
  return [alert.target, ...alertLines(alert).map((line) => `  ${line}`)];
}
