/** Options that are common to the commands with which the fleet checks something. */
import type { Command } from 'commander';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import type { ReportLanguage } from '../../report/language/report-language.ts';
import { DEFAULT_DAYS, MAX_DAYS, MIN_DAYS } from '../../service/state/share-lifetime.ts';
import { collect } from '../options/collect.ts';
import { addFirewallOption } from '../options/firewall-option.ts';
import { theyReadOption, withListenerOption } from '../options/listener-options.ts';
import { addReportOptions } from '../options/report-options.ts';
import type { CloudOptions } from './connect.ts';

export interface RunFlags extends CloudOptions {
  readonly vantage?: readonly string[];
  readonly family?: string;
  readonly timeout?: string;
  readonly confirm?: string;
  readonly confirmPause?: string;
  readonly defaultControls: boolean;
  readonly format?: readonly string[];
  readonly output?: readonly string[];
  readonly lang?: ReportLanguage;
  readonly verbose?: boolean;
  readonly firewall?: string;
  readonly progress: boolean;
  readonly share: boolean;
  readonly days: string;
  readonly redact?: boolean;
  readonly withListener?: boolean;
  readonly theyRead?: boolean;
}

export function addRunFlags(command: Command): Command {
  return addFirewallOption(addReportOptions(command.optionsGroup('Output:')))
    .option('--no-progress', 'no progress on standard error')
    .optionsGroup('The link:')
    .option('--no-share', 'make no link to the report')
    .option('--days <n>', `days until the link ends (${MIN_DAYS} to ${MAX_DAYS})`, String(DEFAULT_DAYS))
    .option(
      '--redact',
      'leave the recipient of mail checks, other targets, who asked, and private addresses on the way out of what it shows',
    )
    .optionsGroup('How to check:')
    .option('--vantage <id>', 'from this vantage alone (repeatable; default: all)', collect)
    .option('--family <family>', 'address family: 4, 6 or both (default: both)')
    .option('--timeout <ms>', 'budget of one probe (default: 10 s, mail 30 s)')
    .option('--confirm <n>', 'retries before a failure counts (default: 1)')
    .option('--confirm-pause <ms>', 'pause before each retry (default: 2 s)')
    .option('--no-default-controls', 'contact no built-in control host')
    .addOption(withListenerOption())
    .addOption(theyReadOption());
}

const SETTINGS = [
  'family',
  'timeout',
  'confirm',
  'confirmPause',
] as const satisfies readonly (keyof RunFlags)[];

/** The part of the flags that goes into the request. */
export function requestOf(flags: RunFlags): {
  readonly vantages?: string[];
  readonly settings?: Record<string, unknown>;
} {
  const settings: Record<string, unknown> = Object.fromEntries(
    SETTINGS.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  );
  if (!flags.defaultControls) settings.defaultControls = false;
  return {
    ...(flags.vantage !== undefined && { vantages: [...flags.vantage] }),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}

export async function daysOf({ days }: Pick<RunFlags, 'days'>): Promise<ParseResult<number>> {
  const { parseInteger } = await import('../../input/request/quantities.ts');
  const parsedDays = parseInteger(days, MIN_DAYS, MAX_DAYS);
  return parsedDays.ok ? parsed(parsedDays.value) : inputError(`--days: ${parsedDays.message}`);
}
