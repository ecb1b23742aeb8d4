/** What `share` does, loaded when it is asked for. */
import type { InputError } from '../../model/input-error.ts';
import type { ListedShare } from '../../service/contracts/shares.ts';
import {
  MAX_AGAIN_MINUTES,
  MAX_AGAIN_RUNS,
  MAX_DAYS,
  MAX_OFFICE_ATTEMPTS,
  MIN_DAYS,
} from '../../service/state/share-lifetime.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { type FormatChoice, printJson, withClient } from './answer.ts';
import type { CloudOptions } from './connect.ts';
import { failed } from './failed.ts';

export interface ShareOptions extends CloudOptions, FormatChoice {
  readonly target?: string;
  readonly days: string;
  readonly redact?: boolean;
  readonly joined?: boolean;
  readonly checkAgain?: string;
  readonly checkAgainEvery: string;
  readonly office?: string;
  readonly attempts: string;
}

export async function create(runId: string, options: ShareOptions): Promise<number> {
  const { target, redact = false } = options;
  const days = inRange(options.days, MIN_DAYS, MAX_DAYS);
  if (days === undefined) return refuse(await badNumber('--days', MIN_DAYS, MAX_DAYS, options.days));
  const runs = options.checkAgain && inRange(options.checkAgain, 1, MAX_AGAIN_RUNS);
  if (options.checkAgain !== undefined && !runs)
    return refuse(await badNumber('--check-again', 1, MAX_AGAIN_RUNS, options.checkAgain));
  const everyMinutes = inRange(options.checkAgainEvery, 1, MAX_AGAIN_MINUTES);
  if (everyMinutes === undefined)
    return refuse(await badNumber('--check-again-every', 1, MAX_AGAIN_MINUTES, options.checkAgainEvery));
  const attempts = inRange(options.attempts, 1, MAX_OFFICE_ATTEMPTS);
  if (attempts === undefined)
    return refuse(await badNumber('--attempts', 1, MAX_OFFICE_ATTEMPTS, options.attempts));
  const { sharesContracts } = await import('../../service/contracts/shares.ts');
  return withClient(options, async (client) => {
    const asking = await client(sharesContracts.createShare, {
      body: {
        runId,
        days,
        redact,
        ...(options.joined && { report: 'joined' as const }),
        ...(target !== undefined && { target }),
        ...(runs && { checkAgain: { runs, everyMinutes } }),
        ...(options.office !== undefined && { office: { endpoint: options.office, attempts } }),
      },
    });
    if (asking.status !== 'answered') return failed(asking);
    const { value } = asking;
    if (options.format === 'json') return printJson(value);
    const { visible } = await import('../../report/words/visible.ts');
    const { utc } = await import('../../model/units.ts');
    process.stdout.write(`${visible(value.url)}\n`);
    message(
      visible(
        `share ${value.id}: the ${value.report === 'joined' ? 'joined ' : ''}report of ${value.target}${value.redacted ? ', redacted,' : ''} until ${utc(value.expiresAt)}${value.checkAgain ? `, may check again ${value.checkAgain.runs} times` : ''}${value.office ? `, asks offices to try ${value.office.endpoint}` : ''}; the link is shown only now`,
      ),
    );
    return EXIT.ok;
  });
}

function inRange(text: string, least: number, most: number): number | undefined {
  const value = Number(text);
  return /^\d{1,4}$/.test(text) && value >= least && value <= most ? value : undefined;
}

async function badNumber(option: string, least: number, most: number, text: string): Promise<InputError> {
  const { inputError } = await import('../../model/input-error.ts');
  const { quote } = await import('../../input/request/quote.ts');
  return inputError(`${option}: expected a whole number from ${least} to ${most}, not ${quote(text)}`);
}

export async function list(options: CloudOptions & FormatChoice): Promise<number> {
  const { sharesContracts } = await import('../../service/contracts/shares.ts');
  return withClient(options, async (client) => {
    const shares: ListedShare[] = [];
    let after: string | undefined;
    do {
      const asking = await client(sharesContracts.listShares, {
        query: after === undefined ? {} : { after },
      });
      if (asking.status !== 'answered') return failed(asking);
      shares.push(...asking.value.shares);
      after = asking.value.next;
    } while (after !== undefined);
    if (options.format === 'json') return printJson(shares);
    const { visible } = await import('../../report/words/visible.ts');
    const { shareLines } = await import('../../service/share/lines.ts');
    const lines = shares.length === 0 ? ['there is no link yet'] : shareLines(shares);
    process.stdout.write(lines.map((line) => `${visible(line)}\n`).join(''));
    return EXIT.ok;
  });
}

export async function revoke(id: string, options: CloudOptions): Promise<number> {
  const { sharesContracts } = await import('../../service/contracts/shares.ts');
  return withClient(options, async (client) => {
    const asking = await client(sharesContracts.revokeShare, { params: { id } });
    if (asking.status !== 'answered') return failed(asking);
    const { visible } = await import('../../report/words/visible.ts');
    const { utc } = await import('../../model/units.ts');
    const { value } = asking;
    const since = utc(value.revokedAt ?? value.expiresAt);
    process.stdout.write(`${visible(`share ${value.id} of ${value.target} is closed since ${since}`)}\n`);
    return EXIT.ok;
  });
}

export async function offices(runId: string, options: CloudOptions & FormatChoice): Promise<number> {
  const { sharesContracts } = await import('../../service/contracts/shares.ts');
  return withClient(options, async (client) => {
    const asking = await client(sharesContracts.listOffices, { params: { runId } });
    if (asking.status !== 'answered') return failed(asking);
    if (options.format === 'json') return printJson(asking.value);
    const { visibleLines } = await import('../../report/words/visible.ts');
    const { officeLines } = await import('../../service/share/office/lines.ts');
    const lines = officeLines(asking.value.offices);
    const shown = lines.length === 0 ? ['no office has told anything of this run'] : lines;
    process.stdout.write(
      shown
        .flatMap(visibleLines)
        .map((line) => `${line}\n`)
        .join(''),
    );
    return EXIT.ok;
  });
}
