import { Command, Option } from 'commander';
import { quote } from '../../input/request/quote.ts';
import { inputError } from '../../model/input-error.ts';
import { NAME, NAME_WORDS } from '../../service/contracts/person-name.ts';
import { ROLES, type Role } from '../../service/contracts/role-names.ts';
import { printLines } from '../cloud/answer.ts';
import { EXIT, type SetStatus } from '../terminal/exit-status.ts';
import { refuse } from '../terminal/message.ts';
import { dataFolder } from './data-folder.ts';

interface TokenOptions {
  readonly role?: Role | 'metrics';
  readonly name?: string;
  readonly days: string;
  readonly list?: boolean;
  readonly revoke?: string;
  readonly data?: string;
}

export function tokenCommand(setStatus: SetStatus): Command {
  return new Command('token')
    .description('make a token for the API of the station, list them, or revoke one')
    .addOption(new Option('--role <role>', 'what its owner may do').choices([...ROLES, 'metrics']))
    .option('--name <name>', 'whose it is; in reports and in the log (default: the role)')
    .option('--days <days>', 'how long it is good', '365')
    .option('--list', 'show the tokens that there are')
    .option('--revoke <name>', 'the token of this name counts no more')
    .option('--data <dir>', 'the data folder of the station')
    .addHelpText(
      'after',
      `
The token goes to standard output, this once: the station keeps its SHA-256. operator
may do everything, support validates hosts for tickets and reads, reader reads, and
metrics reads /metrics for Prometheus and nothing else.

  inbound-check serve token --role operator --name ada
  inbound-check serve token --list
  inbound-check serve token --revoke ada

Exit status: 0 done, 64 wrong usage, there is no such token, or the data can't be
read or written.`,
    )
    .action(async (_options: unknown, self: Command) =>
      // `--data` is an option of `serve`, too, which takes it wherever it stands.
      setStatus(await token(self.optsWithGlobals<TokenOptions>())),
    );
}

async function token({ role, name, days, list, revoke, data }: TokenOptions): Promise<number> {
  const wanted = [role, list, revoke].filter((one) => one !== undefined);
  if (wanted.length !== 1) return refuse(inputError('give one of --role, --list and --revoke'));
  const count = Number(days);
  if (!Number.isInteger(count) || count < 1 || count > 3_650)
    return refuse(inputError(`--days: expected 1 to 3650, not ${quote(days)}`));
  const called = name ?? role ?? '';
  const { isHandle } = await import('../../local/station/access/people.ts');
  if (role !== undefined && !NAME.test(called)) return refuse(inputError(`--name: expected ${NAME_WORDS}`));
  if (role !== undefined && isHandle(called))
    return refuse(inputError(`--name: ${quote(called)} stands for a person in reports: give another`));
  const { withAccess } = await import('../../local/station/station.ts');
  const { utc } = await import('../../model/units.ts');
  const done = await withAccess(
    await dataFolder(data, process.env),
    ({ tokens, scrapeTokens }): Promise<number> | number => {
      if (revoke !== undefined)
        return tokens.revoke(revoke) || scrapeTokens.revoke(revoke)
          ? printLines([`the token ${revoke} counts no more`])
          : refuse(inputError(`there is no token ${quote(revoke)}: see inbound-check serve token --list`));
      if (role === undefined) {
        const lines = tokens
          .list()
          .map(
            (one) =>
              `${one.name}  ${one.role}  until ${utc(one.expiresAt)}  ${one.usedAt === undefined ? 'never used' : `last used ${utc(one.usedAt)}`}`,
          );
        for (const one of scrapeTokens.list())
          lines.push(`${one.name}  metrics  until ${utc(one.expiresAt)}`);
        return printLines(lines.length === 0 ? ['there is no token yet'] : lines);
      }
      const made = role === 'metrics' ? scrapeTokens.make(called, count) : tokens.make(called, role, count);
      if (made === undefined)
        return refuse(
          inputError(`there is a token ${quote(called)} already: give another --name, or revoke it first`),
        );
      process.stdout.write(`${made}\n`);
      return EXIT.ok;
    },
    // A token of a folder that was mistyped would be found out at once; a list of it would say that there are none.
    { mayMake: role !== undefined },
  );
  return done.ok ? done.value : refuse(done);
}
