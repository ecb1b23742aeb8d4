import { Command, Option } from 'commander';
import { quote } from '../../input/request/quote.ts';
import { inputError } from '../../model/input-error.ts';
import { NAME, NAME_WORDS } from '../../service/contracts/person-name.ts';
import { ROLES, type Role } from '../../service/contracts/role-names.ts';
import { printLines } from '../cloud/answer.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { refuse } from '../terminal/message.ts';
import { dataFolder } from './data-folder.ts';

interface InviteOptions {
  readonly role: Role;
  readonly name: string;
  readonly days: string;
  readonly data?: string;
}

export function inviteCommand(setStatus: SetStatus): Command {
  return new Command('invite')
    .description('make a link by which a person chooses a password and may sign in from then on')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .requiredOption('--name <name>', 'with which they sign in; reports have a handle in its place')
    .option('--days <days>', 'how long the link is good, 1 to 30', '3')
    .option('--data <dir>', 'the data folder of the station')
    .addHelpText(
      'after',
      `
Send the link to that person alone: whoever opens it first becomes them. For people
on other machines the station needs a --base-url.

  inbound-check serve invite --role support --name ada

Exit status: 0 done, 64 wrong usage, the name is taken, no station ran in the folder
yet, or the data can't be read or written.`,
    )
    .action(async (_options: unknown, self: Command) =>
      setStatus(await invitePerson(self.optsWithGlobals<InviteOptions>())),
    );
}

async function invitePerson({ role, name, days, data }: InviteOptions): Promise<number> {
  if (!NAME.test(name)) return refuse(inputError(`--name: expected ${NAME_WORDS}`));
  const count = Number(days);
  if (!Number.isInteger(count) || count < 1 || count > 30)
    return refuse(inputError(`--days: expected 1 to 30, not ${quote(days)}`));
  const { withAccess } = await import('../../local/station/station.ts');
  const { invite } = await import('../../local/station/access/manage-people.ts');
  const folder = await dataFolder(data, process.env);
  const made = await withAccess(folder, (access) =>
    invite(access, { name, role, days: count, by: 'the data folder' }),
  );
  if (!made.ok) return refuse(made);
  switch (made.value) {
    case 'taken':
      return refuse(inputError(`there is a person ${quote(name)} already: give another --name`));
    case 'nowhere':
      return refuse(inputError(`no station ran in ${folder} yet: start inbound-check serve first`));
    default:
      return printLines([made.value.url]);
  }
}
