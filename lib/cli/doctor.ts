import { Command } from 'commander';
import type { Examination } from '../doctor/examine.ts';
import { type InputError, inputError, type ParseResult, parsed } from '../model/input-error.ts';
import type { RunSettings } from '../model/request.ts';
import { EXIT } from './exit-status.ts';
import { refuse } from './message.ts';
import { collect, type SetStatus } from './options.ts';

interface DoctorOptions {
  readonly port?: string[];
  readonly control?: string[];
  readonly negativeControl?: string;
  readonly dns?: string[];
  readonly defaultControls: boolean;
  readonly allowPrivate?: boolean;
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** What a customer's site needs most. */
const DEFAULT_PORTS = [25, 80, 443];

export function doctorCommand(setStatus: SetStatus): Command {
  return new Command('doctor')
    .description(
      'check this machine: which ports its network lets out, so that a timeout elsewhere means something',
    )
    .option('--port <port>', 'a TCP port to prove (repeatable; default: 25, 80, 443)', collect)
    .option('--control <port=host:port>', 'a host known to answer on a port (repeatable)', collect)
    .option('--no-default-controls', 'contact no built-in control host')
    .option('--negative-control <address>', 'an address that must not answer (default: 240.0.0.1)')
    .option('--dns <address>', "ask this DNS server instead of the system's (repeatable)", collect)
    .option('--allow-private', 'permit controls on private and loopback addresses')
    .option('--offline', 'send nothing: only what this machine knows of itself')
    .option('--json', 'print the results as JSON')
    .addHelpText(
      'after',
      `
Exit status: 0 all is well, 2 something is not (results of a check may be
inconclusive), 64 wrong usage or input.`,
    )
    .action(async (options: DoctorOptions) => setStatus(await doctor(options)));
}

async function doctor(options: DoctorOptions): Promise<number> {
  const settings = await settingsOf(options);
  if (!settings.ok) return refuse(settings);
  const ports = await portsOf(options, settings.value);
  if (!ports.ok) return refuse(ports);
  const { createLocalContext } = await import('../adapters/local/context.ts');
  const { examineMachine, examineNetwork } = await import('../doctor/examine.ts');
  const context = createLocalContext(settings.value, new AbortController().signal);
  const found = examineMachine(context, process.versions);
  if (!options.offline) {
    const { probes } = await import('../probe/registry.ts');
    found.push(...(await examineNetwork({ settings: settings.value, context, probes, ports: ports.value })));
  }
  await print(found, options.json ?? false);
  return found.some(({ result }) => result === 'not ok') ? EXIT.inconclusive : EXIT.ok;
}

async function settingsOf(options: DoctorOptions): Promise<ParseResult<RunSettings>> {
  const { completeSettings, parseSettingsFlags, toRunSettings } = await import('../request/settings.ts');
  const { control, negativeControl, dns, defaultControls } = options;
  const flags = parseSettingsFlags({
    defaultControls,
    ...(control && { control }),
    ...(negativeControl !== undefined && { negativeControl }),
    ...(dns && { dns }),
  });
  if (!flags.ok) return flags;
  const settings = await toRunSettings(flags.value, process.cwd());
  if (!settings.ok) return settings;
  return completeSettings({ ...settings.value, allowPrivate: options.allowPrivate ?? false });
}

/** The ports named, else those of the controls named, else the usual three. */
async function portsOf(
  { port, defaultControls }: DoctorOptions,
  { controls }: RunSettings,
): Promise<ParseResult<number[]>> {
  const { parsePort } = await import('../request/quantities.ts');
  if (port === undefined) {
    const named = controls.map((control) => control.port);
    return parsed(defaultControls ? [...new Set([...DEFAULT_PORTS, ...named])] : [...new Set(named)]);
  }
  const ports = port.map(parsePort);
  const bad = ports.find((result): result is InputError => !result.ok);
  if (bad) return inputError(`--port: ${bad.message}`);
  return parsed(ports.flatMap((result) => (result.ok ? [result.value] : [])));
}

async function print(found: readonly Examination[], json: boolean): Promise<void> {
  const { examinationText } = await import('./examination-text.ts');
  const { terminalOptions } = await import('./terminal-options.ts');
  process.stdout.write(
    json
      ? `${JSON.stringify(found, null, 2)}\n`
      : examinationText(found, terminalOptions(process.stdout, false).color),
  );
}
