import { Command } from 'commander';
import type { CheckFlags } from '../request/check-request.ts';
import type { SettingsFlags } from '../request/settings.ts';
import { message, refuse } from './message.ts';
import { collect, type SetStatus } from './options.ts';
import { addProfileOptions } from './profile-options.ts';
import { addReportOptions } from './report-options.ts';

/** Options of `check` as commander gives them. */
export interface CheckOptions extends Omit<CheckFlags, 'targets' | 'settings' | 'closed' | 'allowPrivate'> {
  readonly closed?: readonly string[];
  readonly allowPrivate?: boolean;
  readonly format?: readonly string[];
  readonly output?: readonly string[];
  readonly verbose?: boolean;
  readonly progress: boolean;
  readonly defaultControls: boolean;
  readonly oldProtocols: boolean;
  readonly history: boolean;
  readonly sign: boolean;
}

/** Names shared with `settings` of a targets file; each is an option whose value is passed on unread. */
const SETTINGS = [
  'family',
  'timeout',
  'confirm',
  'confirmPause',
  'concurrency',
  'deadline',
  'resolve',
  'dns',
  'control',
  'negativeControl',
  'ca',
  'ehloName',
  'mailFrom',
] as const satisfies readonly (keyof SettingsFlags)[];

export function checkCommand(setStatus: SetStatus): Command {
  const command = new Command('check')
    .description('check from this machine whether endpoints can be reached, and if not, why and who must act')
    .argument('[targets...]', 'hosts (with --profile) or URIs, as https://host:port/path or smtp://host')
    .usage('[options] HOST... --profile ID | URI... [--closed URI]... | -f FILE');
  addTargetOptions(command);
  addAssertionOptions(command);
  addOutputOptions(command);
  addRunOptions(command);
  return command
    .addHelpText('after', HELP)
    .action(async (targets: string[], options: CheckOptions) => setStatus(await check(targets, options)));
}

function addTargetOptions(command: Command): void {
  command
    .optionsGroup('What to check:')
    .option(
      '-p, --profile <id>',
      'apply this profile to the hosts: an id (see profiles), or a YAML or JSON file',
    )
    .option('--closed <uri>', 'must not be reachable from the internet (repeatable)', collect)
    .option('-f, --file <file>', 'read targets from a YAML or JSON file ("-": standard input)');
  addProfileOptions(command);
}

/** Also those of `target add`. */
export function addAssertionOptions(command: Command): void {
  command
    .optionsGroup('What must hold beyond an answer:')
    .option('--expect-status <codes>', 'accepted HTTP status codes, as 200,301 or 200-299')
    .option('--redirect-to-https', 'http must lead to https on the same host')
    .option('--title-contains <text>', "the page's title contains this text")
    .option('--body-contains <text>', 'the page contains this text')
    .option('--acme-path', 'the HTTP-01 path of certificate authorities gets through on http')
    .option('--cert-days <days>', 'fail when a certificate has fewer days left')
    .option('--cert-days-warn <days>', 'warn when a certificate has fewer days left')
    .option('--tls-min <version>', 'no protocol older than this is accepted: 1.0, 1.1, 1.2 or 1.3')
    .option('--require-starttls', 'SMTP offers STARTTLS with a certificate that verifies')
    .option('--recipient <address>', 'SMTP accepts this recipient (nothing is sent to it)')
    .option('--relay-test', 'SMTP refuses a foreign recipient at example.com')
    .option('--mx-domain <domain>', "the domain's MX leads to this mail server")
    .option(
      '--expect-address <address>',
      'the name resolves to this address and no other (repeatable)',
      collect,
    );
}

function addOutputOptions(command: Command): void {
  addReportOptions(command.optionsGroup('Output:'))
    .option('--no-sign', 'sign no report (html and json are signed otherwise)')
    .option('--no-history', 'keep nothing for later runs, and say nothing of earlier ones')
    .option('--no-progress', 'no progress on standard error');
}

function addRunOptions(command: Command): void {
  command
    .optionsGroup('How to check:')
    .option('--family <family>', 'address family: 4, 6 or both (default: both)')
    .option(
      '--resolve <host:port:addr>',
      'use this address for a host and port, as curl does (repeatable)',
      collect,
    )
    .option('--dns <address>', "ask this DNS server instead of the system's (repeatable)", collect)
    .option('--timeout <ms>', 'budget of one probe (default: 10 s, mail 30 s)')
    .option('--confirm <n>', 'probe a failure again so often before it counts (default: 1)')
    .option('--confirm-pause <ms>', 'pause before that (default: 2 s)')
    .option('--concurrency <n>', 'probes side by side (default: 64)')
    .option('--deadline <ms>', 'budget of the whole run')
    .option('--control <port=host:port>', 'a host known to answer on a port (repeatable)', collect)
    .option('--no-default-controls', 'contact no built-in control host')
    .option('--negative-control <address>', 'an address that must not answer (default: 240.0.0.1)')
    .option('--no-old-protocols', 'make no second connection to learn the oldest TLS version')
    .option('--allow-private', 'permit private and loopback targets')
    .option('--ca <file>', 'trust the certificates in this PEM file, too (repeatable)', collect)
    .option('--ehlo-name <name>', "the prober's name in EHLO (default: this machine's)")
    .option('--mail-from <address>', 'sender in MAIL FROM (default: the empty one)');
}

const HELP = `
Exit status: 0 all expectations met (warnings allowed), 1 an expectation failed,
2 inconclusive, 64 wrong usage or input, 130 stopped by Ctrl-C.`;

async function check(targets: readonly string[], options: CheckOptions): Promise<number> {
  const { parseCheckRequest } = await import('../request/check-request.ts');
  const request = await parseCheckRequest(toFlags(targets, options));
  if (!request.ok) return refuse(request);
  const { planOutputs } = await import('./output-plan.ts');
  const outputs = await planOutputs(options.format ?? [], options.output ?? []);
  if (!outputs.ok) return refuse(outputs);
  const { withDataBeside } = await import('./beside.ts');
  const beside = await withDataBeside(outputs.value);
  for (const note of beside.notes) message(note);
  const { runSession } = await import('./run-session.ts');
  const { status } = await runSession({
    ...request.value,
    outputs: beside.outputs,
    verbose: options.verbose ?? false,
    progress: options.progress,
    history: options.history,
    sign: options.sign,
  });
  return status;
}

/** The command line as the request reads it. */
export function toFlags(targets: readonly string[], options: CheckOptions): CheckFlags {
  return {
    ...options,
    targets,
    closed: options.closed ?? [],
    allowPrivate: options.allowPrivate ?? false,
    settings: settingsOf(options),
  };
}

/** Only what was given: what was not must leave a file's settings alone. */
function settingsOf(options: CheckOptions): SettingsFlags {
  const given = options as unknown as Readonly<Record<string, unknown>>;
  const entries = SETTINGS.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]);
  return {
    ...(Object.fromEntries(entries) as SettingsFlags),
    ...(!options.defaultControls && { defaultControls: false }),
    ...(!options.oldProtocols && { oldProtocols: false }),
  };
}
