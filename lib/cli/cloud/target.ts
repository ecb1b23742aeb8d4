import { Command } from 'commander';
import type { ApiClient, Asking } from '../../service/contracts/api-client.ts';
import type { TargetView } from '../../service/contracts/targets.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { asked, type FormatChoice, formatOption } from './answer.ts';
import { asksStation, type CloudOptions, cloudOptions } from './connect.ts';
import { addDefinitionOptions, type DefinitionFlags, definitionOf } from './target-definition.ts';
import { importCommand } from './target-import.ts';
import { allTargets } from './target-list.ts';

type Options = CloudOptions & FormatChoice;
interface AddOptions extends Options, DefinitionFlags {
  readonly owner?: string;
}

const STATUS = `Exit status: 0 done, 64 no such target, or wrong usage, 69 the API can't be
reached.`;

export function targetCommand(setStatus: SetStatus): Command {
  const command = new Command('target')
    .description('register what a fleet or station may check, and prove whose it is')
    .addCommand(addCommand(setStatus))
    .addCommand(listCommand(setStatus))
    .addCommand(importCommand(setStatus))
    .addCommand(verifyCommand(setStatus));
  for (const add of [showCommand, removeCommand, vouchCommand, unvouchCommand])
    command.addCommand(add(setStatus));
  return command.addHelpText(
    'after',
    `
The fleet sends packets only to hosts whose owner has proven that they are theirs,
or that an operator vouches for.`,
  );
}

function addCommand(setStatus: SetStatus): Command {
  const command = new Command('add')
    .description('register a target, or change what it checks; hosts that are new to it have to be proven')
    .argument('<name>', 'what it is called: letters, digits, spaces and . _ : -')
    .option('--owner <text>', 'whose it is; "" for nobody (default: as before)')
    .addOption(formatOption());
  return cloudOptions(addDefinitionOptions(command))
    .addHelpText(
      'after',
      `
  inbound-check target add shop --host www.example.com --profile web --owner "Example AG"
  inbound-check target add mail --check smtp://mx.example.com --closed ssh://mx.example.com

${STATUS}`,
    )
    .action(async (name: string, options: AddOptions) => setStatus(await add(name, options)));
}

async function add(name: string, options: AddOptions): Promise<number> {
  const definition = await definitionOf(options);
  if (!definition.ok) return refuse(definition);
  // Read here as the fleet reads it, so that a mistake is reported without a request; a station says itself which addresses it may probe.
  const { readDefinition } = await import('../../service/targets/definition.ts');
  const read = readDefinition(name, definition.value, {
    allowPrivate: await asksStation(options),
  });
  if (!read.ok) return refuse(read);
  const { targetsContracts } = await import('../../service/contracts/targets.ts');
  const body = {
    definition: read.value.definition,
    ...(options.owner !== undefined && { owner: options.owner }),
  };
  return asked(
    options,
    (client) => client(targetsContracts.putTarget, { params: { name }, body }),
    async ({ change, target }) => {
      const { proveLines } = await import('../../service/targets/lines.ts');
      const hosts = target.hosts.map(({ host }) => host).join(', ');
      const prove = proveLines(target);
      const words = change === 'same' ? 'is registered like that already' : `is ${change}`;
      return [`${name} ${words}: ${hosts}`, ...(prove.length === 0 ? [] : ['', ...prove])];
    },
  );
}

function listCommand(setStatus: SetStatus): Command {
  return cloudOptions(new Command('list').description('list what is registered').addOption(formatOption()))
    .addHelpText('after', `\n  inbound-check target list\n\n${STATUS}`)
    .action(async (options: Options) =>
      setStatus(
        await asked(options, allTargets, async (targets) => {
          const { targetLines } = await import('../../service/targets/lines.ts');
          return targets.length === 0 ? ['no target is registered yet'] : targetLines(targets);
        }),
      ),
    );
}

function showCommand(setStatus: SetStatus): Command {
  return aboutOne(
    'show',
    'show a target, who allows it to be probed, and how to prove its hosts',
    setStatus,
    {
      ask: async (client, name) =>
        client((await import('../../service/contracts/targets.ts')).targetsContracts.getTarget, {
          params: { name },
        }),
      lines: async (target) => (await import('../../service/targets/lines.ts')).viewLines(target),
    },
  );
}

function removeCommand(setStatus: SetStatus): Command {
  return aboutOne('remove', 'remove a target with its proofs; its reports stay', setStatus, {
    ask: async (client, name) =>
      client((await import('../../service/contracts/targets.ts')).targetsContracts.removeTarget, {
        params: { name },
      }),
    lines: async ({ name, hosts }) => [
      `${name} is removed: what it checked, and who allowed that ${hosts.map(({ host }) => host).join(', ')} might be probed; reports and the history of its runs stay`,
    ],
  });
}

function unvouchCommand(setStatus: SetStatus): Command {
  return aboutOne('unvouch', 'vouch for a target no longer', setStatus, {
    ask: async (client, name) =>
      client((await import('../../service/contracts/targets.ts')).targetsContracts.withdrawVouch, {
        params: { name },
      }),
    lines: async (target) => {
      const { proveLines } = await import('../../service/targets/lines.ts');
      return [`nobody vouches for ${target.name}`, ...proveLines(target)];
    },
  });
}

interface AboutOne {
  readonly ask: (client: ApiClient, name: string) => Promise<Asking<TargetView>>;
  readonly lines: (target: TargetView) => Promise<string[]>;
}

/** A command whose one argument is the name of a target. */
function aboutOne(
  verb: string,
  description: string,
  setStatus: SetStatus,
  { ask, lines }: AboutOne,
): Command {
  return cloudOptions(
    new Command(verb)
      .description(description)
      .argument('<name>', 'as list shows it')
      .addOption(formatOption()),
  )
    .addHelpText('after', `\n  inbound-check target ${verb} shop\n\n${STATUS}`)
    .action(async (name: string, options: Options) =>
      setStatus(await asked(options, (client) => ask(client, name), lines)),
    );
}

function vouchCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('vouch')
      .description('vouch for the hosts that a target has now; you and the reason are in its reports')
      .argument('<name>', 'as list shows it')
      .requiredOption('--reason <text>', 'why it may be probed, as a contract or a ticket')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
Hosts that are added to the target later are not covered.

  inbound-check target vouch shop --reason "contract 4711, confirmed by phone"

${STATUS}`,
    )
    .action(async (name: string, options: Options & { readonly reason: string }) => {
      const { targetsContracts } = await import('../../service/contracts/targets.ts');
      const body = { reason: options.reason };
      const status = await asked(
        options,
        (client) => client(targetsContracts.vouchForTarget, { params: { name }, body }),
        async ({ vouch }) => [`${vouch?.by} vouches for ${vouch?.hosts.join(', ')}: ${vouch?.reason}`],
      );
      setStatus(status);
    });
}

function verifyCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('verify')
      .description('look for the proofs of ownership now')
      .argument('<name>', 'as list shows it')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
  inbound-check target verify shop

Exit status: 0 every host is proven, 1 one is not (what was seen there is told), 64 no
such target, or wrong usage, 69 the API can't be reached.`,
    )
    .action(async (name: string, options: Options) => {
      const { targetsContracts } = await import('../../service/contracts/targets.ts');
      let open = false;
      const status = await asked(
        options,
        (client) => client(targetsContracts.verifyTarget, { params: { name } }),
        async (verification) =>
          (await import('../../service/targets/lines.ts')).verificationLines(verification),
        ({ hosts }) => {
          open = hosts.some(({ proven }) => proven === undefined);
        },
      );
      if (status === EXIT.ok && open)
        message(`not everything is proven; inbound-check target show ${name} prints what to publish`);
      setStatus(status === EXIT.ok && open ? EXIT.failed : status);
    });
}
