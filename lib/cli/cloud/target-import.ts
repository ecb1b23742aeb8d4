import { Command } from 'commander';
import { type ParseResult, parsed } from '../../model/input-error.ts';
import type { ApiClient } from '../../service/contracts/api-client.ts';
import type { Definition } from '../../service/targets/definition.ts';
import type { TargetChange } from '../../service/targets/difference.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { type FormatChoice, formatOption, printJson, printLines } from './answer.ts';
import { asksStation, type CloudOptions, cloudOptions, connect } from './connect.ts';
import { failed } from './failed.ts';
import { allTargets } from './target-list.ts';

interface ImportOptions extends CloudOptions, FormatChoice {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
}

export function importCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('import')
      .description('register the targets of a targets file, as check -f takes it')
      .argument('<file>', 'a YAML or JSON file ("-": standard input)')
      .option('--dry-run', 'print what would change, and change nothing')
      .option('--prune', 'remove what the file does not name')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
A target without a name is registered under its host. Settings of the file are those
of a single check and are not registered. Owners, proofs and vouches stay as they are.

  inbound-check target import targets.yaml --dry-run

Exit status: 0 done, 64 a mistake in the file, or wrong usage, 69 the API can't be
reached.`,
    )
    .action(async (file: string, options: ImportOptions) => setStatus(await importFile(file, options)));
}

interface Written {
  readonly name: string;
  readonly definition: Definition;
}

async function importFile(file: string, options: ImportOptions): Promise<number> {
  const written = await readFile(file, await asksStation(options));
  if (!written.ok) return refuse(written);
  const client = await connect(options);
  if (!client.ok) return refuse(client);
  const registered = await allTargets(client.value);
  if (registered.status !== 'answered') return failed(registered);
  const { differences } = await import('../../service/targets/difference.ts');
  const changes = differences(registered.value, written.value, { prune: options.prune === true });
  if (options.dryRun !== true) {
    const status = await carryOut(client.value, changes, written.value);
    if (status !== EXIT.ok) return status;
  }
  if (options.format === 'json') return printJson(changes);
  const { changeLines } = await import('../../service/targets/lines.ts');
  const { count } = await import('../../report/words/terms.ts');
  const real = changes.filter(({ change }) => change !== 'same').length;
  await printLines(changeLines(changes));
  message(
    real === 0
      ? 'the fleet has all of it already'
      : `${count(real, 'target')} ${options.dryRun === true ? 'would be changed' : 'changed'}`,
  );
  if (options.dryRun !== true && changes.some(({ change }) => change === 'added'))
    message('new hosts have to be proven before they are run: inbound-check target show NAME says how');
  return EXIT.ok;
}

/** Every target of the file, read as the fleet reads it, so that nothing is changed if one of them is wrong. */
async function readFile(file: string, allowPrivate: boolean): Promise<ParseResult<Written[]>> {
  const { readDocument } = await import('../../input/request/document.ts');
  const { TargetsFile } = await import('../../input/request/targets-file.ts');
  const { readDefinition } = await import('../../service/targets/definition.ts');
  const document = await readDocument(file, TargetsFile);
  if (!document.ok) return document;
  const { value, errorAt } = document.value;
  const written = new Map<string, Written>();
  for (const [index, { name: given, ...definition }] of value.targets.entries()) {
    const at = ['targets', index];
    const name = given ?? definition.host;
    if (name === undefined) return errorAt(at, 'needs a `name`, under which it is registered');
    if (written.has(name)) return errorAt(at, `there are two targets ${JSON.stringify(name)}`);
    const read = readDefinition(name, definition, { allowPrivate });
    if (!read.ok) return errorAt(at, read.message);
    written.set(name, { name, definition: read.value.definition });
  }
  return parsed([...written.values()]);
}

/** Stops at the first that fails; a second import continues from there. */
async function carryOut(
  client: ApiClient,
  changes: readonly TargetChange[],
  written: readonly Written[],
): Promise<number> {
  const { targetsContracts } = await import('../../service/contracts/targets.ts');
  for (const { name, change } of changes) {
    if (change === 'same') continue;
    const params = { name };
    const definition = written.find((one) => one.name === name)?.definition;
    const asking =
      definition === undefined
        ? await client(targetsContracts.removeTarget, { params })
        : await client(targetsContracts.putTarget, { params, body: { definition } });
    if (asking.status === 'answered') continue;
    message(`${name} could not be ${change === 'removed' ? 'removed' : 'registered'}; those before it were`);
    return failed(asking);
  }
  return EXIT.ok;
}
