import { Command } from 'commander';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { megabytes } from '../../model/units.ts';
import { printLines } from '../cloud/answer.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { dataFolder } from './data-folder.ts';

interface UninstallOptions {
  readonly remove?: boolean;
  readonly yes?: boolean;
  readonly data?: string;
}

export function uninstallCommand(setStatus: SetStatus): Command {
  return new Command('uninstall')
    .description('list all that a station has on this machine, or remove it')
    .option('--remove', 'remove it, after a question')
    .option('--yes', 'remove it without the question')
    .option('--data <dir>', 'the data folder of the station')
    .addHelpText(
      'after',
      `
Lists the data folder with sizes, the token for the station in the configuration
folder, and the unit of systemd at the documented place. What is in the folder and not
the station's stays there. The package itself goes by npm uninstall.

  inbound-check serve uninstall
  inbound-check serve --backup station.tar && inbound-check serve uninstall --remove

Exit status: 0 listed or removed, 64 there is no station in the folder, it runs, or
something could not be removed.`,
    )
    .action(async (_options: unknown, self: Command) =>
      // `--data` is an option of `serve`, too, which takes it wherever it stands.
      setStatus(await uninstall(self.optsWithGlobals<UninstallOptions>())),
    );
}

async function uninstall({ remove = false, yes = false, data }: UninstallOptions): Promise<number> {
  const { remainsOf, removeStation, removeUnit, SYSTEMD_UNIT, unitOf } = await import(
    '../../local/station/remains.ts'
  );
  const { forgetToken, keptToken, tokensPath } = await import('../../local/api-tokens.ts');
  const folder = await dataFolder(data, process.env);
  const found = await remainsOf(folder);
  if (!found.ok) return refuse(found);
  const { entries, origin } = found.value;
  const token = origin === undefined ? parsed(undefined) : await keptToken(origin, process.env);
  if (!token.ok) return refuse(token);
  const unit = unitOf(folder);
  await printLines([
    `${folder}: ${megabytes(entries.reduce((sum, { bytes }) => sum + bytes, 0))}`,
    ...entries.map(
      ({ name, bytes, isOurs }) =>
        `  ${name}  ${megabytes(bytes)}${isOurs ? '' : ', not the station’s: it stays'}`,
    ),
    ...(token.value === undefined ? [] : [`${tokensPath(process.env)}: the token for ${origin}`]),
    ...(unit === 'none'
      ? []
      : [`${SYSTEMD_UNIT}${unit === 'ours' ? '' : ': does not name this folder, and stays'}`]),
  ]);
  if (!remove) return printLines(['nothing was removed: serve uninstall --remove does that']);
  const sure = yes ? parsed(true) : await isSure();
  if (!sure.ok) return refuse(sure);
  if (!sure.value) return refuse(inputError('nothing was removed'));
  const removed = await removeStation(folder, found.value);
  if (!removed.ok) return refuse(removed);
  if (origin !== undefined && token.value !== undefined) {
    const forgotten = await forgetToken(origin, process.env);
    if (!forgotten.ok) return refuse(forgotten);
  }
  if (unit === 'ours')
    try {
      await removeUnit();
      message('the unit is removed: systemctl daemon-reload tells systemd');
    } catch (error) {
      return refuse(inputError(`${SYSTEMD_UNIT}: ${String(error)}`));
    }
  const left = removed.value;
  return printLines([
    left.length === 0
      ? `${folder} is removed`
      : `the station is removed; in ${folder} is still: ${left.join(', ')}`,
  ]);
}

async function isSure(): Promise<ParseResult<boolean>> {
  if (!process.stdin.isTTY) return inputError('nothing was removed: give --yes where nobody can be asked');
  process.stderr.write('Remove all of this? There is no way back. Type yes: ');
  const { firstLine } = await import('./first-line.ts');
  return parsed((await firstLine()) === 'yes');
}
