import { Command } from 'commander';
import type { ListenerCode } from '../kinds/listener/code.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { type ListenOptions, listenSettings } from './listen-settings.ts';
import { CODE_VARIABLE, givenListenerCode } from './listener/listener-code.ts';
import { collect } from './options/collect.ts';
import type { SetStatus } from './terminal/exit-status.ts';
import { EXIT } from './terminal/exit-status.ts';
import { message, refuse } from './terminal/message.ts';

export function listenCommand(setStatus: SetStatus): Command {
  return new Command('listen')
    .description('stand in for a product that is not installed yet, and prove what arrives at this host')
    .option('--ports <ports>', 'as 80,443,25; 8025/smtp and 8465/smtps name mail ports of other numbers')
    .option('--for <time>', 'end by itself after this time, 24h at most', '30m')
    .option('--bind <address>', 'listen on this address of this host alone')
    .option('--health <path>', 'answer this path with 200, for a load balancer')
    .option('--log <file>', 'write what arrives to this new file, sealed with the code')
    .option(
      '--pcap <file>',
      'write the packets to the ports, both ways, to this new file (pcapng, 32 MB at most)',
    )
    .option('--block', 'at the end print what arrived as a sealed block of text, for a ticket or a mail')
    .option('--code <source>', 'read the code from "-" (standard input) or "prompt"')
    .option('--new-code', 'print a new code and end')
    .option(
      '--print <text>',
      'print a text for a machine without Node: perl, python, powershell, nc, nginx, iis; sheet: for the approval',
    )
    .option(
      '--source <address>',
      'with --print sheet: an address or block that the test comes from (repeatable)',
      collect,
    )
    .addHelpText(
      'after',
      `
The listener answers a test's challenge with a proof that is made with a code which both
ends know. Where none is given (--code, or ${CODE_VARIABLE} in the environment),
one is made and shown once, if this is a terminal. On every port TLS, HTTP and a bare line
are understood; 25, 587 and 2525 speak SMTP, 465 SMTP in TLS. No mail is taken, and no
connection is opened from here.

  inbound-check listen --ports 80,443,25 --for 30m
  inbound-check listen --new-code
  inbound-check listen --ports 80,443,25 --print python

With --log, --pcap or --block the packets to the ports are watched below the sockets, too, where this
account may (Linux, CAP_NET_RAW): they show what the host's own firewall drops, and what
arrives at a port that another program has. "inbound-check join" decides by the log. On
Windows its own tools watch: "join" takes text of pktmon, pfirewall.log and netstat.

WAITING says that nothing has arrived yet, and not why. A port that another program has
is named (TAKEN), and the others are opened. A proof proves the path to this host, and not
the rule for the product that will use the port: a rule of Windows can name one program,
and what Docker publishes passes another chain. Check once more when the product runs.

Exit status: 0 its time is over, 1 no port could be opened, 64 wrong usage or input,
74 the log could not be written, 130 Ctrl-C, 143 SIGTERM.`,
    )
    .action(async (options: ListenOptions) => setStatus(await listen(options)));
}

async function listen(options: ListenOptions): Promise<number> {
  if (options.newCode) {
    const beside = BESIDE_NEW_CODE.find((name) => options[name] !== undefined);
    return beside === undefined
      ? printNewCode()
      : refuse(inputError(`--new-code prints a code and ends: leave --${beside} away`));
  }
  if (options.print !== undefined) {
    const { printListenerText } = await import('./print-listener-text.ts');
    return printListenerText(options.print, options);
  }
  if (options.source !== undefined) return refuse(inputError('--source goes with --print sheet'));
  const settings = await listenSettings(options);
  if (!settings.ok) return refuse(settings);
  const code = await codeFor(options.code);
  if (!code.ok) return refuse(code);
  const log = await logFor(options.log, code.value.code);
  if (!log.ok) return refuse(log);
  const pcap = await newFile('--pcap', options.pcap, async (path) =>
    (await import('node:fs')).openSync(path, 'wx', 0o600),
  );
  if (!pcap.ok) return refuse(pcap);

  const { hostname } = await import('node:os');
  const { systemClock } = await import('../net/clock.ts');
  const { runSession } = await import('../local/listen/session.ts');
  const { beginLine, summaryLines } = await import('../local/listen/summary.ts');
  const { plainScreen, terminalScreen } = await import('../local/listen/screen.ts');
  const { stdout } = process;
  const write = (text: string): void => void stdout.write(text);
  const { keepRecords } = await import('../local/listen/kept-records.ts');
  const kept = options.block === true ? keepRecords(log.value) : undefined;
  const sink = kept ?? log.value;
  const isTerminal = stdout.isTTY === true && process.env.TERM !== 'dumb';
  write(`${beginLine(systemClock.now(), settings.value.forMs)}\n`);
  if (code.value.isNew) {
    const { spellCode } = await import('../kinds/listener/code.ts');
    write(`Code for the other end, shown this once: ${spellCode(code.value.code)}\n`);
  }
  const { onInterrupt } = await import('./terminal/interrupt.ts');
  const interrupt = onInterrupt('stopping; the summary follows (once more to stop at once)', isTerminal);
  const result = await runSession({
    ...settings.value,
    code: code.value.code,
    ...(process.platform === 'win32' && {
      ownerOf: (await import('../local/windows-port-owner.ts')).windowsPortOwner,
    }),
    hostName: hostname(),
    clock: systemClock,
    signal: interrupt.signal,
    screen: isTerminal ? terminalScreen(write, () => stdout.columns || 80) : plainScreen(write),
    ...(sink && { log: sink }),
    ...((sink !== undefined || pcap.value !== undefined) && {
      watch: {
        ...(pcap.value !== undefined && { pcap: pcap.value }),
        told: (fault) => write(fault === undefined ? WATCHED : `Packets are not watched: ${fault}.\n`),
      },
    }),
  });
  interrupt.release();
  if (result.logFault !== undefined) message(`the log could not be written: ${result.logFault.message}`);
  if (result.pcapFault !== undefined) message(`the packets could not be written: ${result.pcapFault}`);
  if (result.reason === 'no-port') {
    message('no port could be opened');
    return EXIT.failed;
  }
  write(`${summaryLines(result).join('\n')}\n`);
  const whole = kept?.whole();
  if (whole !== undefined) {
    const { listenerBlock } = await import('../kinds/listener/listener-block.ts');
    write(`\n${listenerBlock(whole, code.value.code)}`);
  }
  const isWritten = result.logFault === undefined && result.pcapFault === undefined;
  return interrupt.status ?? (isWritten ? EXIT.ok : EXIT.io);
}

/** Nothing opens a port there, so that these would say nothing. */
const BESIDE_NEW_CODE = [
  'ports',
  'bind',
  'health',
  'log',
  'pcap',
  'block',
  'code',
  'print',
  'source',
] as const satisfies readonly (keyof ListenOptions)[];

async function printNewCode(): Promise<number> {
  const { spellCode } = await import('../kinds/listener/code.ts');
  const { newListenerCode } = await import('../kinds/listener/new-code.ts');
  process.stdout.write(`${spellCode(newListenerCode())}\n`);
  return EXIT.ok;
}

interface CodeInUse {
  readonly code: ListenerCode;
  readonly isNew: boolean;
}

async function codeFor(source: string | undefined): Promise<ParseResult<CodeInUse>> {
  const given = await givenListenerCode(source);
  if (!given.ok) return given;
  if (given.value !== undefined) return parsed({ code: given.value, isNew: false });
  // In a file or a journal the code would stay.
  if (process.stdout.isTTY !== true)
    return inputError(
      `give the code that both ends use: ${CODE_VARIABLE} in the environment, or --code - with standard input; "inbound-check listen --new-code" makes one`,
    );
  const { newListenerCode } = await import('../kinds/listener/new-code.ts');
  return parsed({ code: newListenerCode(), isNew: true });
}

const WATCHED = 'Packets to the ports are watched as well.\n';

async function logFor(path: string | undefined, code: ListenerCode) {
  const { createLogFile } = await import('../local/listen/log-file.ts');
  return newFile('--log', path, async (file) => createLogFile(file, code));
}

/** @param create throws the error of `open` */
async function newFile<T>(
  option: string,
  path: string | undefined,
  create: (path: string) => Promise<T>,
): Promise<ParseResult<T | undefined>> {
  if (path === undefined) return parsed(undefined);
  const { quote } = await import('../input/request/quote.ts');
  try {
    return parsed(await create(path));
  } catch (error) {
    const { code: fault = 'an error' } = error as NodeJS.ErrnoException;
    return inputError(
      fault === 'EEXIST'
        ? `${option}: ${quote(path)} is there already, and evidence is not overwritten: give another name`
        : `${option}: ${quote(path)} can't be created (${fault})`,
    );
  }
}
