import { Command } from 'commander';
import type { CheckOptions } from './check-run.ts';
import { addAssertionOptions } from './options/assertion-options.ts';
import { collect } from './options/collect.ts';
import { addFirewallOption } from './options/firewall-option.ts';
import { theyReadOption, withListenerOption } from './options/listener-options.ts';
import { addProfileOptions } from './options/profile-options.ts';
import { addRepeatOptions } from './options/repeat-options.ts';
import { addReportOptions } from './options/report-options.ts';
import type { SetStatus } from './terminal/exit-status.ts';

export function checkCommand(setStatus: SetStatus): Command {
  const command = new Command('check')
    .description('check from this machine whether endpoints can be reached, and if not, why and who must act')
    .argument('[targets...]', 'hosts (with --profile) or URIs, as https://host:port/path or smtp://host')
    .usage('[options] HOST... --profile ID | URI... [--closed URI]... | -f FILE');
  addTargetOptions(command);
  addAssertionOptions(command);
  addRepeatOptions(command);
  addOutputOptions(command);
  addRunOptions(command);
  return command.addHelpText('after', HELP).action(async (targets: string[], options: CheckOptions) => {
    const { check } = await import('./check-run.ts');
    setStatus(await check(targets, options));
  });
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
    .option(
      '--dnssec-anchor <ds>',
      "verify DNSSEC from this DS record ('ZONE TAG ALG TYPE DIGEST') instead of the root's (repeatable)",
      collect,
    )
    .option('--timeout <ms>', 'budget of one probe (default: 10 s, mail 30 s)')
    .option('--confirm <n>', 'retries before a failure counts (default: 1)')
    .option('--confirm-pause <ms>', 'pause before each retry (default: 2 s)')
    .option('--concurrency <n>', 'probes side by side (default: 64)')
    .option('--deadline <ms>', 'budget of the whole run')
    .option('--control <port=host:port>', 'a host known to answer on a port (repeatable)', collect)
    .option('--no-default-controls', 'contact no built-in control host')
    .option('--negative-control <address>', 'an address that must not answer (default: 240.0.0.1)')
    .option('--no-old-protocols', 'make no second connection to learn the oldest TLS version')
    .option('--weak-ciphers', 'ask for weak cipher suites, not only where an old TLS is accepted')
    .option('--delegation', 'ask all name servers of each host, not only after a failure')
    .option('--revocation', "ask the certificates' authorities whether they are revoked")
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
With --gate reports are written once, of the last state. With --watch files are
written after each round, standard output in the end. Changes: standard error.

Exit status: 0 all expectations met (warnings allowed), 1 an expectation failed,
2 inconclusive, 64 wrong usage or input, 130 stopped by Ctrl-C.`;
