import { Command } from 'commander';
import type { EndpointReport } from '../engine/report-schema.ts';
import type { ReadAloud } from '../engine/verdict/read-aloud.ts';
import type { CheckFlags } from '../input/request/check-request.ts';
import type { SettingsFlags } from '../input/request/settings.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { addAssertionOptions } from './options/assertion-options.ts';
import { collect } from './options/collect.ts';
import { addFirewallOption, firewallOf } from './options/firewall-option.ts';
import { theyReadOption, withListenerOption } from './options/listener-options.ts';
import { addProfileOptions } from './options/profile-options.ts';
import { addReportOptions } from './options/report-options.ts';
import type { SetStatus } from './terminal/exit-status.ts';
import { message, refuse } from './terminal/message.ts';

/** Options of `check` as commander returns them. */
export interface CheckOptions extends Omit<CheckFlags, 'targets' | 'settings' | 'closed' | 'allowPrivate'> {
  readonly closed?: readonly string[];
  readonly allowPrivate?: boolean;
  readonly format?: readonly string[];
  readonly output?: readonly string[];
  readonly verbose?: boolean;
  readonly firewall?: string;
  readonly reflector?: string;
  readonly progress: boolean;
  readonly theyRead?: boolean;
  readonly defaultControls: boolean;
  readonly oldProtocols: boolean;
  readonly history: boolean;
  readonly sign: boolean;
}

/** Names shared with `settings` of a targets file; each is an option whose value is passed on without parsing. */
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
  'contact',
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
    .option('-f, --file <file>', 'read targets from a YAML or JSON file ("-": standard input)')
    .addOption(withListenerOption())
    .addOption(theyReadOption());
  addProfileOptions(command);
}

function addOutputOptions(command: Command): void {
  addFirewallOption(addReportOptions(command.optionsGroup('Output:')))
    .option('--no-sign', 'sign no report (html and json are signed otherwise)')
    .option('--no-history', "don't store this run or compare it with earlier ones")
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
    .option('--confirm <n>', 'retries before a failure counts (default: 1)')
    .option('--confirm-pause <ms>', 'pause before each retry (default: 2 s)')
    .option('--concurrency <n>', 'probes side by side (default: 64)')
    .option('--deadline <ms>', 'budget of the whole run')
    .option('--control <port=host:port>', 'a host known to answer on a port (repeatable)', collect)
    .option('--no-default-controls', 'contact no built-in control host')
    .option('--negative-control <address>', 'an address that must not answer (default: 240.0.0.1)')
    .option('--no-old-protocols', 'make no second connection to learn the oldest TLS version')
    .option('--allow-private', 'permit private and loopback targets')
    .option('--ca <file>', 'trust the certificates in this PEM file, too (repeatable)', collect)
    .option('--ehlo-name <name>', "the prober's name in EHLO (default: this machine's)")
    .option('--mail-from <address>', 'sender in MAIL FROM (default: the empty one)')
    .option(
      '--reflector <url>',
      'ask this URL which source address it sees, for the report (default: nobody is asked)',
    )
    .option(
      '--contact <url>',
      'https or mailto URL in the User-Agent and on the page, for questions (default: none)',
    );
}

const HELP = `
Exit status: 0 all expectations met (warnings allowed), 1 an expectation failed,
2 inconclusive, 64 wrong usage or input, 130 stopped by Ctrl-C.`;

async function check(targets: readonly string[], options: CheckOptions): Promise<number> {
  const { parseCheckRequest } = await import('../input/request/check-request.ts');
  const firewall = await firewallOf(options.firewall);
  if (!firewall.ok) return refuse(firewall);
  const request = await parseCheckRequest(toFlags(targets, options));
  if (!request.ok) return refuse(request);
  const { codeForListener } = await import('./listener/listener-code.ts');
  const code = await codeForListener(options);
  if (!code.ok) return refuse(code);
  const reflector = await reflectorOf(options.reflector);
  if (!reflector.ok) return refuse(reflector);
  const { planOutputs } = await import('./output/output-plan.ts');
  const outputs = await planOutputs(options.format ?? [], options.output ?? []);
  if (!outputs.ok) return refuse(outputs);
  const { unrelatedFile, withCompanionJson } = await import('./output/companion-json.ts');
  const foreign = await unrelatedFile(outputs.value);
  if (foreign !== undefined)
    return refuse(
      inputError(
        `--output ${JSON.stringify(foreign)} is there and is no report of ours: it stays; name another file`,
      ),
    );
  const planned = await withCompanionJson(outputs.value);
  for (const note of planned.notes) message(note);
  if (request.value.leftOut !== undefined) {
    const { leftOutWords } = await import('./listener/left-out.ts');
    message(leftOutWords(request.value.leftOut));
  }
  const { runSession } = await import('./run-session.ts');
  const asks = options.theyRead === true && process.stdin.isTTY && process.stderr.isTTY;
  const { status } = await runSession({
    ...request.value,
    outputs: planned.outputs,
    verbose: options.verbose ?? false,
    ...(firewall.value !== undefined && { firewall: firewall.value }),
    ...(reflector.value !== undefined && { reflector: reflector.value }),
    ...(options.withListener === true && { listener: { ...(code.value && { code: code.value }) } }),
    progress: options.progress,
    history: options.history,
    sign: options.sign,
    ...(asks && { askWords: askAll }),
  });
  return status;
}

async function askAll(asked: readonly EndpointReport[]): Promise<ReadAloud> {
  const { askReadBack, terminalAsk } = await import('./listener/ask-read-back.ts');
  const { ask, close } = await terminalAsk();
  const results = await askReadBack(asked, ask, (line) => void process.stderr.write(`${line}\n`));
  close();
  return results;
}

async function reflectorOf(text: string | undefined): Promise<ParseResult<string | undefined>> {
  if (text === undefined) return parsed(undefined);
  const { parseReflector } = await import('../input/request/reflector.ts');
  return parseReflector(text);
}

/** The command line in the form that the request parser reads. */
export function toFlags(targets: readonly string[], options: CheckOptions): CheckFlags {
  return {
    ...options,
    targets,
    closed: options.closed ?? [],
    allowPrivate: options.allowPrivate ?? false,
    settings: settingsOf(options),
  };
}

/** Only the options that were given: others must not change a file's settings. */
function settingsOf(options: CheckOptions): SettingsFlags {
  const given = options as unknown as Readonly<Record<string, unknown>>;
  const entries = SETTINGS.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]);
  return {
    ...(Object.fromEntries(entries) as SettingsFlags),
    ...(!options.defaultControls && { defaultControls: false }),
    ...(!options.oldProtocols && { oldProtocols: false }),
  };
}
