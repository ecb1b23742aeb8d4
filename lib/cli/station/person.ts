import { Argument, Command } from 'commander';
import { quote } from '../../input/request/quote.ts';
import type { Access } from '../../local/station/people.ts';
import { inputError } from '../../model/input-error.ts';
import { printLines } from '../cloud/answer.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { refuse } from '../terminal/message.ts';
import { dataFolder } from './data-folder.ts';

const DEEDS = ['list', 'disable', 'enable', 'remove', 'forget'] as const;
type PersonDeed = (typeof DEEDS)[number];

export function personCommand(setStatus: SetStatus): Command {
  return new Command('person')
    .description('list the people of the station, or let one in no more')
    .addArgument(new Argument('<what>').choices(DEEDS))
    .argument('[name]', 'name or handle')
    .option('--data <dir>', 'the data folder of the station')
    .addHelpText(
      'after',
      `
disable ends their sessions and lets them in no more, until enable. remove also ends
their tokens; their name stays on record. forget removes the name, too: what signed
reports have is a handle, which then stands for nobody. Where a token of the machine
has the name (serve token --name), forget revokes it and puts another name in its
place in all records; signed reports that have it stay as they are.

  inbound-check serve person list
  inbound-check serve person forget ada

Exit status: 0 done, 64 wrong usage, there is nobody of that name, or the data can't
be read or written.`,
    )
    .action(async (what: PersonDeed, name: string | undefined, _options: unknown, self: Command) =>
      setStatus(await person(what, name, self.optsWithGlobals<{ readonly data?: string }>().data)),
    );
}

async function person(what: PersonDeed, name: string | undefined, data: string | undefined): Promise<number> {
  if (what !== 'list' && name === undefined) return refuse(inputError(`${what}: name the person`));
  const { withAccess } = await import('../../local/station/station.ts');
  const folder = await dataFolder(data, process.env);
  if (what === 'list' || name === undefined) {
    const listed = await withAccess(folder, ({ people }) => people.list(), { mayMake: false });
    return listed.ok ? printLines(await listLines(listed.value)) : refuse(listed);
  }
  const { changeByName } = await import('../../local/station/access/change-by-name.ts');
  const done = await withAccess(folder, (access) => changeByName(access, what, name), { mayMake: false });
  if (!done.ok) return refuse(done);
  return done.value === undefined
    ? refuse(inputError(`there is nobody ${quote(name)}: see inbound-check serve person list`))
    : printLines([done.value]);
}

async function listLines(people: ReturnType<Access['people']['list']>): Promise<readonly string[]> {
  const { utc } = await import('../../model/units.ts');
  return people.length === 0
    ? ['nobody has signed in yet']
    : people.map(
        ({ handle, name = '(forgotten)', kind, role, isDisabled, signedInAt }) =>
          `${handle}  ${name}  ${role}  ${kind}${isDisabled && kind !== 'removed' ? ', disabled' : ''}  ${signedInAt === undefined ? 'never signed in' : `last signed in ${utc(signedInAt)}`}`,
      );
}
