/** What `check` does with its options; loaded when it is called. */
import type { EndpointReport } from '../engine/report-schema.ts';
import type { ReadAloud } from '../engine/verdict/read-aloud.ts';
import { type CheckFlags, parseCheckRequest } from '../input/request/check-request.ts';
import type { SettingsFlags } from '../input/request/settings.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import type { ReportLanguage } from '../report/language/report-language.ts';
import { type Repeat, repeatOf } from './gate/repeat.ts';
import { firewallOf } from './options/firewall-option.ts';
import { planOutputs } from './output/output-plan.ts';
import type { RunSession } from './session/session.ts';
import { message, refuse } from './terminal/message.ts';

/** Options of `check` as commander returns them. */
export interface CheckOptions extends Omit<CheckFlags, 'targets' | 'settings' | 'closed' | 'allowPrivate'> {
  readonly closed?: readonly string[];
  readonly allowPrivate?: boolean;
  readonly format?: readonly string[];
  readonly output?: readonly string[];
  readonly lang?: ReportLanguage;
  readonly verbose?: boolean;
  readonly firewall?: string;
  readonly reflector?: string;
  readonly progress: boolean;
  readonly theyRead?: boolean;
  readonly defaultControls: boolean;
  readonly oldProtocols: boolean;
  readonly delegation?: boolean;
  readonly history: boolean;
  readonly sign: boolean;
  readonly gate?: boolean;
  readonly watch?: boolean;
  readonly every?: string;
  readonly for?: string;
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
  'weakCiphers',
  'revocation',
  'dnssecAnchor',
  'negativeControl',
  'ca',
  'ehloName',
  'mailFrom',
  'contact',
] as const satisfies readonly (keyof SettingsFlags)[];

export async function check(targets: readonly string[], options: CheckOptions): Promise<number> {
  const repeat = repeatOf(options);
  if (!repeat.ok) return refuse(repeat);
  const firewall = await firewallOf(options.firewall);
  if (!firewall.ok) return refuse(firewall);
  const request = await parseCheckRequest(toFlags(targets, options));
  if (!request.ok) return refuse(request);
  const { codeForListener } = await import('./listener/listener-code.ts');
  const code = await codeForListener(options);
  if (!code.ok) return refuse(code);
  const reflector = await reflectorOf(options.reflector);
  if (!reflector.ok) return refuse(reflector);
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
  const asks = options.theyRead === true && process.stdin.isTTY && process.stderr.isTTY;
  const session: RunSession = {
    ...request.value,
    outputs: planned.outputs,
    verbose: options.verbose ?? false,
    ...(options.lang !== undefined && { language: options.lang }),
    ...(firewall.value !== undefined && { firewall: firewall.value }),
    ...(reflector.value !== undefined && { reflector: reflector.value }),
    ...(options.withListener === true && { listener: { ...(code.value && { code: code.value }) } }),
    progress: options.progress,
    history: options.history,
    sign: options.sign,
    ...(asks && { askWords: askAll }),
  };
  return repeated(session, repeat.value);
}

async function repeated(session: RunSession, repeat: Repeat | undefined): Promise<number> {
  switch (repeat?.kind) {
    case undefined: {
      const { runSession } = await import('./session/run-session.ts');
      return (await runSession(session)).status;
    }
    case 'gate': {
      const { runLocalGate } = await import('./gate/local-gate.ts');
      return runLocalGate(session, repeat.times);
    }
    case 'watch': {
      const { runLocalWatch } = await import('./gate/local-watch.ts');
      return runLocalWatch(session, repeat.times);
    }
    default:
      return repeat satisfies never;
  }
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
    ...(options.delegation === true && { delegation: true }),
  };
}
