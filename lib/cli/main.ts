import { Command, CommanderError } from 'commander';
import { checkCommand } from './check.ts';
import { alertCommand } from './cloud/alert.ts';
import { fleetCommand } from './cloud/fleet.ts';
import { metricsCommand } from './cloud/metrics.ts';
import { runCommand } from './cloud/run.ts';
import { scheduleCommand } from './cloud/schedule.ts';
import { shareCommand } from './cloud/share.ts';
import { targetCommand } from './cloud/target.ts';
import { validateCommand } from './cloud/validate.ts';
import { webhookCommand } from './cloud/webhook.ts';
import { consoleCommand } from './console/console.ts';
import { demoCommand } from './demo.ts';
import { diffCommand } from './diff.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { historyCommand } from './history.ts';
import { joinCommand } from './join.ts';
import { listenCommand } from './listen.ts';
import { refuseGivenTwice } from './options/given-twice.ts';
import { profilesCommand } from './profiles.ts';
import { readBackCommand } from './read-back.ts';
import { loginCommand } from './station/login.ts';
import { serveCommand } from './station/serve.ts';
import { EXIT } from './terminal/exit-status.ts';
import { message } from './terminal/message.ts';
import { vantageCommand } from './vantage/vantage.ts';
import { verifyCommand } from './verify.ts';
import { VERSION } from './version.ts';

/**
 * Runs one command line and returns its exit status. An exception that gets here is a bug of ours: even
 * then one line is printed, and the trace is shown on request.
 */
export async function main(args: readonly string[]): Promise<number> {
  guardProcess();
  try {
    let status: number = EXIT.ok;
    const program = createProgram((value) => {
      status = value;
    });
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return EXIT.usage;
    }
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    reportBug(error);
    return EXIT.software;
  }
}

/** A reader that closes (`| head`) is not a fault, and for any other exception one line is printed. */
function guardProcess(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    message(`standard output could not be written: ${error.message}`);
    process.exit(EXIT.io);
  });
  process.on('uncaughtException', (error) => {
    reportBug(error);
    process.exit(EXIT.software);
  });
}

function createProgram(setStatus: (status: number) => void): Command {
  const program = new Command('inbound-check')
    .description('Says whether the internet can reach an endpoint, and if not, why and who must act.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError(true);
  for (const create of [
    checkCommand,
    runCommand,
    validateCommand,
    profilesCommand,
    explainCommand,
    doctorCommand,
    diffCommand,
    verifyCommand,
    joinCommand,
    historyCommand,
    targetCommand,
    fleetCommand,
    shareCommand,
    scheduleCommand,
    webhookCommand,
    alertCommand,
    metricsCommand,
    listenCommand,
    readBackCommand,
    serveCommand,
    loginCommand,
    vantageCommand,
    consoleCommand,
    demoCommand,
  ]) {
    program.addCommand(create(setStatus));
  }
  for (const command of family(program)) {
    refuseGivenTwice(command);
    command
      .helpOption('-h, --help', 'print this help')
      .exitOverride()
      .configureOutput({
        // "error: unknown option '--x'\n(Did you mean …?)" becomes one line in our own style.
        outputError: (text, write) =>
          write(
            `inbound-check: ${text
              .replace(/^error: /, '')
              .trim()
              .replace(/\s*\n\s*/g, ' ')}\n`,
          ),
      });
  }
  return program;
}

/** A command with all its subcommands. */
const family = (command: Command): Command[] => [command, ...command.commands.flatMap(family)];

function reportBug(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  message(
    `internal error: ${text.replace(/\s+/g, ' ')} (INBOUND_CHECK_TRACE=1 shows where; please report it)`,
  );
  if (process.env.INBOUND_CHECK_TRACE && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}
