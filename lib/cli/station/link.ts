import { Command, Option } from 'commander';
import { inputError } from '../../model/input-error.ts';
import { ROLES, type Role } from '../../service/contracts/role-names.ts';
import { printLines } from '../cloud/answer.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { refuse } from '../terminal/message.ts';
import { dataFolder } from './data-folder.ts';

interface SignInLinkOptions {
  readonly role: Role;
  readonly data?: string;
}

export function linkCommand(setStatus: SetStatus): Command {
  return new Command('link')
    .description('make a link that signs you in to the station, once')
    .addOption(new Option('--role <role>', 'as what').choices(ROLES).default('operator'))
    .option('--data <dir>', 'the data folder of the station')
    .addHelpText(
      'after',
      `
Open it in a browser within ten minutes, and press its button. The station may run
meanwhile; its own start line has such a link, too.

Exit status: 0 done, 64 wrong usage, no station ran in the folder yet, or the data
can't be read or written.`,
    )
    .action(async (_options: unknown, self: Command) =>
      // `--data` is an option of `serve`, too, which takes it wherever it stands.
      setStatus(await link(self.optsWithGlobals<SignInLinkOptions>())),
    );
}

async function link({ role, data }: SignInLinkOptions): Promise<number> {
  const { withAccess } = await import('../../local/station/station.ts');
  const folder = await dataFolder(data, process.env);
  const made = await withAccess(folder, ({ ownerLink }) => ownerLink(role));
  if (!made.ok) return refuse(made);
  return made.value === undefined
    ? refuse(
        inputError(`no station ran in ${folder} yet: start inbound-check serve, whose start line has a link`),
      )
    : printLines([made.value]);
}
