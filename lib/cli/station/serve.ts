import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { MailSettings } from '../../local/station/alerts/mail-settings.ts';
import { type ParseResult, parsed } from '../../model/input-error.ts';
import { EXIT, type SetStatus } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { dataFolder } from './data-folder.ts';
import { linkCommand } from './link.ts';
import { parseListen } from './listen.ts';
import { tokenCommand } from './token.ts';

interface ServeOptions {
  readonly listen: string;
  readonly data?: string;
  readonly allowPrivate?: boolean;
  readonly mail?: string;
  readonly verbose?: boolean;
}

export function serveCommand(setStatus: SetStatus): Command {
  return new Command('serve')
    .description('run the station: registered targets, checks and reports on this machine, without AWS')
    .option('--listen <address:port>', 'where its API listens: a loopback address', '127.0.0.1:8025')
    .option('--data <dir>', 'its data folder (default: station in the state folder of the user)')
    .option('--allow-private', 'let it probe private and loopback addresses')
    .option(
      '--mail <file>',
      'how it sends alerts by mail (default: mail.json in the data folder, if it is there)',
    )
    .option('-v, --verbose', 'log requests and steps of runs to standard error, too')
    .addCommand(tokenCommand(setStatus))
    .addCommand(linkCommand(setStatus))
    .addHelpText(
      'after',
      `
  inbound-check serve
  inbound-check serve token --role operator | inbound-check login http://127.0.0.1:8025
  export INBOUND_CHECK_API=http://127.0.0.1:8025
  inbound-check target add shop --host www.example.com --profile web
  inbound-check run shop --wait --no-share

It checks from one place, the network of this machine. Ctrl-C or SIGTERM ends it; a
run that is under way then ends as interrupted at the next start, with a report of
what was measured. docs/station.md says what a station has, and what not yet.

Exit status: 0 ended by Ctrl-C or SIGTERM, 64 it can't start, and why.`,
    )
    .action(async (options: ServeOptions) => setStatus(await serve(options)));
}

async function serve({
  listen: where,
  data,
  allowPrivate = false,
  mail,
  verbose = false,
}: ServeOptions): Promise<number> {
  const listen = parseListen(where);
  if (!listen.ok) return refuse(listen);
  const folder = await dataFolder(data, process.env);
  const { ownFolder } = await import('../../local/station/store/own-folder.ts');
  const owned = ownFolder(folder);
  if (!owned.ok) return refuse(owned);
  const { openSigningKey } = await import('../../local/signing-key.ts');
  const signer = await openSigningKey(join(folder, 'signing-key.pem'));
  if (!signer.ok) return refuse(signer);
  const settings = await mailSettings(mail, folder);
  if (!settings.ok) return refuse(settings);
  const { startStation } = await import('../../local/station/station.ts');
  const { createStationTelemetry } = await import('../../local/station/telemetry.ts');
  const telemetry = createStationTelemetry((line) => void process.stderr.write(`${line}\n`), { verbose });
  const ended = untilSignal();
  const started = await startStation({
    folder,
    listen: listen.value,
    signer: signer.value,
    allowPrivate,
    ...(settings.value !== undefined && { mail: settings.value }),
    telemetry,
  });
  if (!started.ok) return refuse(started);
  const { url, hasTokens, signInLink, close } = started.value;
  process.stdout.write(
    `station at ${url}, data in ${folder}; sign in once, within 10 minutes: ${signInLink()}\n`,
  );
  if (!hasTokens())
    message(
      `commands need a token: inbound-check serve token --role operator${data === undefined ? '' : ` --data ${data}`} makes one`,
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

/** The first Ctrl-C or SIGTERM; after that they have their usual effect. */
const untilSignal = (): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      process.off('SIGINT', end).off('SIGTERM', end);
      resolve();
    };
    process.on('SIGINT', end).on('SIGTERM', end);
  });
