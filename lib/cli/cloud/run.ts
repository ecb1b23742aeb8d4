import { Command } from 'commander';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import type { ApiClient } from '../../service/contracts/api-client.ts';
import type { RunOrder } from '../../service/contracts/runs.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { cloudOptions, connect } from './connect.ts';
import { addRunFlags, type RunFlags, requestOf } from './run-flags.ts';

interface RunCommandOptions extends RunFlags {
  readonly wait?: boolean;
  readonly follow?: string;
  readonly gate?: boolean;
  readonly every: string;
  readonly for: string;
}

export function runCommand(setStatus: SetStatus): Command {
  const command = cloudOptions(
    new Command('run')
      .description('check registered targets by a fleet or station')
      .argument('[targets...]', 'names of registered targets')
      .usage('[options] TARGET... | --follow RUN')
      .optionsGroup('When to come back:')
      .option('--wait', 'wait for the end, with live progress, and report')
      .option('--follow <run>', 'wait for a run that was started before')
      .option('--gate', 'wait until everything passes, probing again only what still fails')
      .option(
        '--every <time>',
        'pause between two probes of what fails; a mail server that answers gets 5 minutes',
        '60s',
      )
      .option('--for <time>', 'give up after this time', '1h'),
  );
  return addRunFlags(command)
    .addHelpText('after', HELP)
    .action(async (targets: string[], options: RunCommandOptions, self: Command) =>
      setStatus(await run(targets, options, (option) => self.getOptionValueSource(option) === 'cli')),
    );
}

const HELP = `
Without --wait the run is only started, and its id goes to standard output. With it
the report goes there, as check has it, and a link to it. Ctrl-C leaves the run
going.

  inbound-check run shop --wait
  inbound-check run shop --gate --for 2h --format junit --output report.xml

Exit status: 0 all expectations met (warnings allowed) or started, 1 an expectation
failed, 2 inconclusive, 64 no such target, or wrong usage, 69 the fleet can't be
reached, is stopped, or the run failed, 130 stopped by Ctrl-C.`;

/** @param isGiven whether the caller wrote the option, which has a value in any case if there is a default */
async function run(
  targets: readonly string[],
  options: RunCommandOptions,
  isGiven: (option: keyof RunCommandOptions) => boolean,
): Promise<number> {
  const wanted = purpose(targets, options, isGiven);
  if (!wanted.ok) return refuse(wanted);
  const client = await connect(options);
  if (!client.ok) return refuse(client);
  const { askWhatTheyRead, listenerOrder } = await import('./listener-order.ts');
  const listener = await listenerOrder(options);
  if (!listener.ok) return refuse(listener);
  const order = (): RunOrder => ({
    targets: [...targets],
    ...requestOf(options),
    ...withKey(listener.value()),
  });
  if (wanted.value === 'start') return start(client.value, order());
  const { openSession } = await import('./session.ts');
  const session = await openSession(client.value, options);
  if (!session.ok) return refuse(session);
  if (wanted.value === 'gate') {
    const { runGate } = await import('./gate.ts');
    return runGate(session.value, order, options);
  }
  const { runId } =
    options.follow === undefined ? await started(client.value, order()) : { runId: options.follow };
  if (typeof runId === 'number') {
    await session.value.discard();
    return runId;
  }
  const followed = await session.value.follow(runId, options.follow === undefined);
  const status = await session.value.finish(followed);
  const read = followed.ok ? await askWhatTheyRead(options, followed.report) : EXIT.ok;
  return status === EXIT.ok ? read : status;
}

function purpose(
  targets: readonly string[],
  { wait, follow, gate, withListener }: RunCommandOptions,
  isGiven: (option: keyof RunCommandOptions) => boolean,
): ParseResult<'start' | 'wait' | 'gate'> {
  if (follow !== undefined && withListener === true)
    return inputError('--with-listener says how a run is started: it does not go with --follow');
  if (follow !== undefined)
    return targets.length > 0 || gate
      ? inputError('--follow watches a run that was started before: give it no targets and no --gate')
      : parsed('wait');
  if (targets.length === 0)
    return inputError('name a target (inbound-check target list shows them), or --follow RUN');
  if (gate) return parsed('gate');
  const ofGate = (['every', 'for'] as const).find(isGiven);
  if (ofGate !== undefined) return inputError(`--${ofGate} says how --gate waits: add --gate`);
  if (wait) return parsed('wait');
  const ofEnd = (['format', 'output', 'firewall', 'days', 'redact', 'theyRead'] as const).find(isGiven);
  return ofEnd === undefined
    ? parsed('start')
    : inputError(
        `--${ofEnd === 'theyRead' ? 'they-read' : ofEnd} needs the end of the run: add --wait or --gate`,
      );
}

const withKey = (listener: RunOrder['listener']): Pick<RunOrder, 'listener'> =>
  listener === undefined ? {} : { listener };

/** The id, or the exit status when it could not be started. */
async function started(client: ApiClient, body: RunOrder): Promise<{ readonly runId: string | number }> {
  const { runsContracts } = await import('../../service/contracts/runs.ts');
  const { failed } = await import('./failed.ts');
  const asking = await client(runsContracts.startRun, { body });
  if (asking.status !== 'answered') return { runId: failed(asking) };
  const { tellLeftOut } = await import('./listener-order.ts');
  tellLeftOut(asking.value.leftOut);
  return { runId: asking.value.runId };
}

async function start(client: ApiClient, order: RunOrder): Promise<number> {
  const { runId } = await started(client, order);
  if (typeof runId === 'number') return runId;
  process.stdout.write(`${runId}\n`);
  message(`the run goes on; follow it with: inbound-check run --follow ${runId}`);
  return EXIT.ok;
}
