import { Command } from 'commander';
import { flagOf } from '../input/request/flag-of.ts';
import type { Examination } from '../local/doctor.ts';
import { type InputError, inputError, type ParseResult, parsed } from '../model/input-error.ts';
import type { RunSettings } from '../model/request.ts';
import { type CloudOptions, cloudOptions, connect } from './cloud/connect.ts';
import { collect } from './options/collect.ts';
import { EXIT, type SetStatus } from './terminal/exit-status.ts';
import { refuse } from './terminal/message.ts';

interface DoctorOptions extends CloudOptions {
  readonly port?: string[];
  readonly control?: string[];
  readonly negativeControl?: string;
  readonly dns?: string[];
  readonly defaultControls: boolean;
  readonly allowPrivate?: boolean;
  readonly offline?: boolean;
  readonly json?: boolean;
  readonly fleet?: boolean;
}

/** The ports that a customer's site needs most. */
const DEFAULT_PORTS = [25, 80, 443];

export function doctorCommand(setStatus: SetStatus): Command {
  const command = new Command('doctor')
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
    .option('--fleet', 'check the deployed fleet instead, and your rights in it')
    .addHelpText(
      'after',
      `
With --fleet: the API, your rights, the signing key, schedules, and one small run
from every vantage to the control of each port, with its signature and its link.

  inbound-check doctor --fleet

Exit status: 0 all is well, 2 something is not (results of a check may be
inconclusive), 64 wrong usage or input, 69 the fleet can't be reached.`,
    );
  return cloudOptions(command).action(async (options: DoctorOptions) =>
    setStatus(await (options.fleet ? doctorOfFleet(options) : doctor(options))),
  );
}

async function doctor(options: DoctorOptions): Promise<number> {
  const settings = await settingsOf(options);
  if (!settings.ok) return refuse(settings);
  const ports = await portsOf(options, settings.value);
  if (!ports.ok) return refuse(ports);
  const { createLocalContext } = await import('../engine/context.ts');
  const { examineKernel, examineMachine, examineNetwork } = await import('../local/doctor.ts');
  const context = createLocalContext(settings.value, new AbortController().signal);
  const found = [...examineMachine(context, process.versions), await examineKernel()];
  if (!options.offline) {
    const { probes } = await import('../kinds/probes.ts');
    found.push(...(await examineNetwork({ settings: settings.value, context, probes, ports: ports.value })));
  }
  await print(found, options.json ?? false);
  return found.some(({ result }) => result === 'not ok') ? EXIT.inconclusive : EXIT.ok;
}

async function doctorOfFleet(options: DoctorOptions): Promise<number> {
  const own = (['offline', 'allowPrivate', 'negativeControl', 'dns'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (own !== undefined)
    return refuse(inputError(`${flagOf(own)} is about this machine: leave it away with --fleet`));
  // Whether a control may be connected to is for the fleet to say.
  const settings = await settingsOf({ ...options, allowPrivate: true });
  if (!settings.ok) return refuse(settings);
  const ports = options.port === undefined ? undefined : await portsOf(options, settings.value);
  if (ports?.ok === false) return refuse(ports);
  const client = await connect(options);
  if (!client.ok) return refuse(client);
  const { defaultControls } = await import('../engine/measure/default-controls.ts');
  const { examineFleet } = await import('./cloud/examine-fleet.ts');
  const { controls } = settings.value;
  const named = controls.map(({ port }) => port);
  const { found, isReached } = await examineFleet(client.value, {
    ...(ports !== undefined ? { ports: ports.value } : named.length > 0 && { ports: [...new Set(named)] }),
    controlsOf(port) {
      const given = controls.filter((control) => control.port === port);
      if (given.length > 0) return given.map(({ host, hostPort }) => ({ host, port: hostPort }));
      return options.defaultControls ? defaultControls(port, 'tcp') : [];
    },
  });
  await print(found, options.json ?? false);
  if (!isReached) return EXIT.unavailable;
  return found.some(({ result }) => result === 'not ok') ? EXIT.inconclusive : EXIT.ok;
}

async function settingsOf(options: DoctorOptions): Promise<ParseResult<RunSettings>> {
  const { completeSettings, parseSettingsFlags, toRunSettings } = await import(
    '../input/request/settings.ts'
  );
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
  const { parsePort } = await import('../input/request/quantities.ts');
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
  const { terminalOptions } = await import('./terminal/terminal-options.ts');
  const { visibleJson } = await import('../report/words/visible.ts');
  process.stdout.write(
    json
      ? `${visibleJson(found, 2)}\n`
      : examinationText(found, terminalOptions(process.stdout, false).color),
  );
}
