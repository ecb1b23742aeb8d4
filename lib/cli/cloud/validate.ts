import { Command } from 'commander';
import type { ProfileFlags } from '../../input/request/profile-flags.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import type { ValidationOrder } from '../../service/contracts/runs.ts';
import { collect } from '../options/collect.ts';
import { addProfileOptions } from '../options/profile-options.ts';
import { EXIT, type SetStatus } from '../terminal/exit-status.ts';
import { refuse } from '../terminal/message.ts';
import { cloudOptions, connect, hasApi } from './connect.ts';
import { addRunFlags, type RunFlags, requestOf } from './run-flags.ts';

interface ValidateOptions extends RunFlags, Omit<ProfileFlags, 'recipient'> {
  readonly profile?: string;
  readonly closed?: readonly string[];
  readonly ticket: string;
  readonly reason?: string;
}

export function validateCommand(setStatus: SetStatus): Command {
  const command = addProfileOptions(
    new Command('validate')
      .description(
        "check a customer's host by a fleet or station, for a ticket: with a link and a text to paste",
      )
      .argument('<what...>', 'a host (with --profile), or URIs, as https://host:port/path or smtp://host')
      .usage('[options] HOST --profile ID --ticket ID | URI... --ticket ID')
      .optionsGroup('What to check, and for whom:')
      .requiredOption('--ticket <id>', 'the case; in the report, with your name, as the reason for the check')
      .option('--reason <text>', 'more of the reason')
      .option('-p, --profile <id>', 'apply this profile to the host (see profiles)')
      .option('--closed <uri>', 'must not be reachable from the internet (repeatable)', collect),
  );
  return addRunFlags(cloudOptions(command))
    .addHelpText('after', HELP)
    .action(async (what: string[], options: ValidateOptions) => setStatus(await validate(what, options)));
}

const HELP = `
You vouch for the host: nobody has to prove that it is theirs. The text goes to
standard output; --format and --output give the report as well.

  inbound-check validate awareness.example.net --profile lucy-saas --ticket T-123

Exit status: 0 all expectations met (warnings allowed), 1 an expectation failed,
2 inconclusive, 64 wrong usage or input, 69 the fleet can't be reached, is stopped,
or the run failed, 130 stopped by Ctrl-C.`;

async function validate(what: readonly string[], options: ValidateOptions): Promise<number> {
  const target = await targetOf(what, options);
  if (!target.ok) return refuse(target);
  if (!hasApi(options)) {
    const { visible } = await import('../../report/words/visible.ts');
    return refuse(inputError(visible(fromHere(what, options))));
  }
  const client = await connect(options);
  if (!client.ok) return refuse(client);
  const { askWhatTheyRead, listenerOrder, tellLeftOut } = await import('./listener-order.ts');
  const nextListener = await listenerOrder(options);
  if (!nextListener.ok) return refuse(nextListener);
  const listener = nextListener.value();
  const { openSession } = await import('./session.ts');
  const opened = await openSession(client.value, options, { quiet: true });
  if (!opened.ok) return refuse(opened);
  const session = opened.value;
  const { runsContracts } = await import('../../service/contracts/runs.ts');
  const { ticket, reason } = options;
  const asking = await client.value(runsContracts.validate, {
    body: {
      target: target.value,
      ticket,
      ...(reason !== undefined && { reason }),
      ...requestOf(options),
      ...(listener && { listener }),
    },
  });
  if (asking.status !== 'answered') {
    await session.discard();
    const { failed } = await import('./failed.ts');
    return failed(asking);
  }
  tellLeftOut(asking.value.leftOut);
  const followed = await session.follow(asking.value.runId, true);
  if (!followed.ok) return session.finish(followed);
  const [link] = await session.links(followed);
  const { ticketText } = await import('../../report/ticket.ts');
  const text = ticketText(followed.report, link);
  (session.toStdout ? process.stderr : process.stdout).write(text);
  const written = await session.write(followed);
  const read = await askWhatTheyRead(options, followed.report);
  const status = written === EXIT.ok ? session.statusOf(followed) : written;
  return status === EXIT.ok ? read : status;
}

/** The same check by this machine, for those who have no fleet. */
function fromHere(what: readonly string[], { profile }: ValidateOptions): string {
  const asked = [...what, ...(profile === undefined ? [] : ['--profile', profile])].join(' ');
  return `validate asks a fleet or station, and none is named (--api URL or $INBOUND_CHECK_API); for a text from this machine: inbound-check check ${asked} --format markdown`;
}

/** What was asked, in the words of a targets file; the fleet reads them as it reads such a file. */
async function targetOf(
  what: readonly string[],
  options: ValidateOptions,
): Promise<ParseResult<ValidationOrder['target']>> {
  const { hasProfileFlags, parseProfileFlags } = await import('../../input/request/profile-flags.ts');
  const uris = what.filter((text) => text.includes('://'));
  const hosts = what.filter((text) => !text.includes('://'));
  const closed = options.closed === undefined ? {} : { closed: [...options.closed] };
  const [host, ...more] = hosts;
  if (host === undefined) {
    if (options.profile !== undefined || hasProfileFlags(options))
      return inputError('--profile and its options go with a host, not with URIs');
    return parsed({ check: uris, ...closed });
  }
  if (more.length > 0 || uris.length > 0)
    return inputError('one host at a time (URIs alone may be several): validate each for itself');
  if (options.profile === undefined)
    return inputError(
      'a host needs --profile ID (see inbound-check profiles); or name URIs, as https://host/',
    );
  const flags = parseProfileFlags(options);
  if (!flags.ok) return flags;
  return parsed({ host, profile: options.profile, options: flags.value, ...closed });
}
