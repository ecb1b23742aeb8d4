import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { MailSettings } from '../../local/station/alerts/mail-settings.ts';
import type { IssuerSettings } from '../../local/station/issuer/settings.ts';
import type { GivenSettings } from '../../local/station/settings/station-settings.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { collect } from '../options/collect.ts';
import { EXIT, type SetStatus } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { untilSignal } from '../terminal/until-signal.ts';
import { dataFolder } from './data-folder.ts';
import { inviteCommand } from './invite.ts';
import { linkCommand } from './link.ts';
import { personCommand } from './person.ts';
import { tokenCommand } from './token.ts';
import { uninstallCommand } from './uninstall.ts';

interface ServeOptions {
  readonly config?: string;
  readonly checkConfig?: boolean;
  readonly backup?: string;
  readonly restore?: string;
  readonly listen?: string;
  readonly data?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly baseUrl?: string;
  readonly trustedProxy?: string[];
  readonly allowPrivate?: boolean;
  readonly mail?: string;
  readonly oidc?: string;
  readonly remindEvery?: string;
  readonly verbose?: boolean;
}

export function serveCommand(setStatus: SetStatus): Command {
  return new Command('serve')
    .description('run the station: registered targets, checks and reports on this machine, without AWS')
    .option('--config <file>', 'read these settings from a file (YAML); an option given here wins')
    .option('--check-config', 'print what would be used and each problem, and start nothing')
    .option('--backup <file>', 'copy all that the station has into one file, also while it runs, and end')
    .option('--restore <file>', 'make the new folder of --data from such a file, and end')
    .option('--listen <address:port>', 'where it listens (default: 127.0.0.1:8025)')
    .option('--data <dir>', 'its data folder (default: station in the state folder of the user)')
    .option('--tls-cert <file>', 'certificate and those that issued it, PEM; read again when it changes')
    .option('--tls-key <file>', 'private key of the certificate, PEM')
    .option('--base-url <url>', 'address by which others reach it, as https://checks.example.com')
    .option(
      '--trusted-proxy <cidr>',
      'a proxy whose X-Forwarded-For is believed, as 10.0.0.5 or 10.0.0.0/8 (repeatable)',
      collect,
    )
    .option('--allow-private', 'let it probe private and loopback addresses')
    .option(
      '--mail <file>',
      'how it sends alerts by mail (default: mail.json in the data folder, if it is there)',
    )
    .option(
      '--oidc <file>',
      'sign-in by OpenID Connect (default: oidc.json in the data folder, if it is there)',
    )
    .option(
      '--remind-every <time>',
      'how often it reminds of an alert that nobody has acknowledged, or "off" (default: 4h)',
    )
    .option('-v, --verbose', 'log requests and steps of runs to standard error, too')
    .addCommand(tokenCommand(setStatus))
    .addCommand(linkCommand(setStatus))
    .addCommand(inviteCommand(setStatus))
    .addCommand(personCommand(setStatus))
    .addCommand(uninstallCommand(setStatus))
    .addHelpText(
      'after',
      `
  inbound-check serve
  inbound-check serve token --role operator | inbound-check login http://127.0.0.1:8025
  export INBOUND_CHECK_API=http://127.0.0.1:8025
  inbound-check target add shop --host www.example.com --profile web
  inbound-check run shop --wait --no-share

On another address than loopback it needs TLS of its own, or a trusted proxy that ends
it: plain HTTP is then for these proxies alone.

  inbound-check serve --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem \\
    --base-url https://checks.example.com

It checks from one place, the network of this machine. Ctrl-C or SIGTERM ends it; a
run that is under way then ends as interrupted at the next start, with a report of
what was measured. SIGHUP reads the certificate again.

--backup copies all that it has into one file, also while it runs; that file holds the
key that signs reports. --restore makes a new folder from it, and verifies it first.

  inbound-check serve --backup station.tar
  inbound-check serve --restore station.tar --data /srv/station

Exit status: 0 ended by Ctrl-C or SIGTERM, the settings are good, or backup or restore
is done, 64 it can't start or do that, and why.`,
    )
    .action(async (options: ServeOptions) => setStatus(await serve(options)));
}

async function serve({ config, checkConfig, backup, restore, ...flags }: ServeOptions): Promise<number> {
  const { readFront, readRemindEvery, readSettingsFile } = await import(
    '../../local/station/settings/station-settings.ts'
  );
  const file = config === undefined ? undefined : await readSettingsFile(config);
  if (file?.ok === false) return refuse(file);
  const given = { ...file?.value, ...flags };
  const folder = await dataFolder(given.data, process.env);
  if (backup !== undefined && restore !== undefined)
    return refuse(inputError('give one of --backup and --restore'));
  if (backup !== undefined || restore !== undefined) {
    const { backUpStation, restoreStation } = await import('./backup.ts');
    if (backup !== undefined) return backUpStation(backup, folder);
    if (restore !== undefined) return restoreStation(restore, folder, given.data !== undefined);
  }
  const read = await readFront(given, Date.now());
  if (checkConfig === true) {
    const { configLines, moreProblems } = await import('./check-config.ts');
    process.stdout.write(
      configLines(given, folder)
        .map((line) => `${line}\n`)
        .join(''),
    );
    const mail = await mailSettings(given.mail, folder);
    const issuer = await issuerSettings(given, folder);
    const every = readRemindEvery(given);
    const wrong = [mail, issuer, every].flatMap((one) => (one.ok ? [] : [one.message]));
    const problems = [...read.problems, ...(await moreProblems(folder)), ...wrong];
    for (const line of [...problems, ...read.remarks]) message(line);
    return problems.length > 0 ? EXIT.usage : EXIT.ok;
  }
  if (read.front === undefined) {
    for (const line of read.problems) message(line);
    return EXIT.usage;
  }
  for (const line of read.remarks) message(line);
  const { ownFolder } = await import('../../local/station/store/own-folder.ts');
  const owned = ownFolder(folder);
  if (!owned.ok) return refuse(owned);
  const { openSigningKey } = await import('../../local/signing-key.ts');
  const signer = await openSigningKey(join(folder, 'signing-key.pem'));
  if (!signer.ok) return refuse(signer);
  const settings = await mailSettings(given.mail, folder);
  if (!settings.ok) return refuse(settings);
  const issuer = await issuerSettings(given, folder);
  if (!issuer.ok) return refuse(issuer);
  const remindEvery = readRemindEvery(given);
  if (!remindEvery.ok) return refuse(remindEvery);
  const { startStation } = await import('../../local/station/station.ts');
  const { createStationTelemetry } = await import('../../local/station/telemetry.ts');
  const { allowPrivate = false, verbose = false } = given;
  const telemetry = createStationTelemetry((line) => void process.stderr.write(`${line}\n`), { verbose });
  const ended = untilSignal();
  const started = await startStation({
    ...read.front,
    folder,
    signer: signer.value,
    allowPrivate,
    ...(settings.value !== undefined && { mail: settings.value }),
    ...(issuer.value !== undefined && { issuer: issuer.value }),
    remindEveryMs: remindEvery.value,
    telemetry,
    say: message,
  });
  if (!started.ok) return refuse(started);
  const { url, hasTokens, signInLink, reloadTls, close } = started.value;
  const link = signInLink();
  const signIn = link === undefined ? '' : `; sign in once, within 10 minutes: ${link}`;
  process.stdout.write(`station at ${url}, data in ${folder}${signIn}\n`);
  // Without TLS it keeps its usual meaning: the terminal was closed.
  if (read.front.tls !== undefined) process.on('SIGHUP', () => void reloadTls());
  if (!hasTokens())
    message(
      `commands need a token: inbound-check serve token --role operator${given.data === undefined ? '' : ` --data ${folder}`} makes one`,
    );
  await ended;
  await close();
  return EXIT.ok;
}

/** `undefined`: nobody gets mail. */
async function mailSettings(
  given: string | undefined,
  folder: string,
): Promise<ParseResult<MailSettings | undefined>> {
  const path = given ?? join(folder, 'mail.json');
  if (given === undefined && !existsSync(path)) return parsed(undefined);
  const { readMailSettings } = await import('../../local/station/alerts/mail-settings.ts');
  return readMailSettings(path, process.env);
}

/** `undefined`: nobody signs in by an issuer. */
async function issuerSettings(
  { oidc, baseUrl, allowPrivate = false }: GivenSettings,
  folder: string,
): Promise<ParseResult<IssuerSettings | undefined>> {
  const path = oidc ?? join(folder, 'oidc.json');
  if (oidc === undefined && !existsSync(path)) return parsed(undefined);
  if (baseUrl === undefined)
    return inputError(
      `${path}: sign-in by an issuer needs --base-url, from which the redirect address comes`,
    );
  const { readIssuerSettings } = await import('../../local/station/issuer/settings.ts');
  return readIssuerSettings(path, process.env, { allowPrivate });
}
