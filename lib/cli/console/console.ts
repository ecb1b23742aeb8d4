import { Command } from 'commander';
import { inputError } from '../../model/input-error.ts';
import { cloudOptions, fleetAddress } from '../cloud/connect.ts';
import { EXIT, type SetStatus } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { untilSignal } from '../terminal/until-signal.ts';
import { openInBrowser } from './open-in-browser.ts';

interface ConsoleOptions {
  readonly api?: string;
  readonly region?: string;
  readonly port: string;
  readonly open: boolean;
}

export function consoleCommand(setStatus: SetStatus): Command {
  const command = new Command('console')
    .description('open the console of a fleet in this machine’s browser, with your AWS credentials')
    .option('--port <port>', 'of 127.0.0.1 (0: any that is free)', '0')
    .option('--no-open', 'only print its address');
  cloudOptions(command);
  return command
    .addHelpText(
      'after',
      `
It serves the console on 127.0.0.1 and signs what its page asks. The address opens one
browser, once. Nothing is stored; Ctrl-C ends it. A station has the console at its own
address, with a sign-in.

Exit status: 0 ended by Ctrl-C or SIGTERM, 64 it can't start, and why.`,
    )
    .action(async (options: ConsoleOptions) => setStatus(await serveConsole(options)));
}

async function serveConsole({ port, open, ...where }: ConsoleOptions): Promise<number> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    return refuse(inputError('--port: expected a number from 0 to 65535'));
  const fleet = await fleetAddress(where);
  if (!fleet.ok) return refuse(fleet);
  const { consoleSite } = await import('../../local/console/site.ts');
  const site = await consoleSite();
  if (site === undefined) return refuse(inputError('the console was not built: run npm ci again'));
  const { apiSigner } = await import('../../aws/api-client.ts');
  const { startRelay } = await import('../../local/relay/relay.ts');
  const { url, region } = fleet.value;
  const ended = untilSignal();
  try {
    const relay = await startRelay({ url, signer: apiSigner({ region }), site, port: Number(port) });
    process.stdout.write(`console at ${relay.url}\n`);
    if (open) openInBrowser(relay.url, () => message('no browser could be opened: open the address above'));
    await ended;
    await relay.close();
    return EXIT.ok;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    return refuse(inputError(`--port ${port}: ${code === 'EACCES' ? 'needs more rights' : 'is taken'}`));
  }
}
