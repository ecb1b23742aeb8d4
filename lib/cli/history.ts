import { Command, Option } from 'commander';
import type { EndpointRecord } from '../engine/history.ts';
import { inputError } from '../model/input-error.ts';
import { type CloudOptions, cloudOptions } from './cloud/connect.ts';
import type { SetStatus } from './terminal/exit-status.ts';
import { EXIT } from './terminal/exit-status.ts';
import { refuse } from './terminal/message.ts';

interface HistoryOptions extends CloudOptions {
  readonly format: 'terminal' | 'json';
  readonly cloud?: true;
}

export function historyCommand(setStatus: SetStatus): Command {
  const command = new Command('history')
    .description('show the last runs of the endpoints that were checked from this machine, or by the fleet')
    .argument('[target]', 'a target, a host or an endpoint; without it all are listed')
    .option('--cloud', 'what the fleet or station keeps of the target of this name')
    .addOption(
      new Option('--format <format>', 'terminal or json').choices(['terminal', 'json']).default('terminal'),
    );
  return cloudOptions(command)
    .addHelpText(
      'after',
      `
Kept in inbound-check/history under $XDG_STATE_HOME (~/.local/state): of each
endpoint the last 30 runs and the last one that passed. check --no-history keeps
nothing. The fleet keeps as much in its table.

Examples:
  inbound-check history
  inbound-check history www.example.com
  inbound-check history shop --cloud --format json

Exit status: 0 shown, 64 nothing is kept of the target, or wrong usage, 69 the
fleet's API can't be reached.`,
    )
    .action(async (target: string | undefined, options: HistoryOptions) => {
      setStatus(await history(target, options));
    });
}

async function history(target: string | undefined, options: HistoryOptions): Promise<number> {
  if (options.cloud === true) {
    if (target === undefined)
      return refuse(inputError('name the target: inbound-check history TARGET --cloud'));
    const { cloudHistory } = await import('./cloud/history.ts');
    const kept = await cloudHistory(target, options);
    if (typeof kept === 'number') return kept;
    const { acknowledgedWords } = await import('../service/targets/alert-lines.ts');
    return show(kept.records, options.format, true, kept.acknowledged.map(acknowledgedWords));
  }
  if (options.api !== undefined || options.region !== undefined)
    return refuse(inputError('--api and --region go with --cloud'));
  const { historyDirectory, openHistory } = await import('../local/history.ts');
  const records: EndpointRecord[] = [];
  for await (const record of openHistory(historyDirectory(process.env)).all())
    if (target === undefined || concerns(record, target)) records.push(record);
  if (records.length === 0 && target !== undefined) {
    const { quote } = await import('../input/request/quote.ts');
    return refuse(inputError(`no run of ${quote(target)} is kept; inbound-check history lists what is`));
  }
  return show(records, options.format, target !== undefined);
}

/** @param all every run of each endpoint, not only the present state */
async function show(
  records: EndpointRecord[],
  format: HistoryOptions['format'],
  all: boolean,
  more: readonly string[] = [],
): Promise<number> {
  const { visible, visibleJson } = await import('../report/words/visible.ts');
  records.sort((a, b) =>
    a.target === b.target ? compare(a.endpoint, b.endpoint) : compare(a.target, b.target),
  );
  if (format === 'json') {
    process.stdout.write(`${visibleJson(records, 2)}\n`);
    return EXIT.ok;
  }
  const { historyLines } = await import('../report/history-lines.ts');
  const lines = records.length === 0 ? ['no run is kept yet'] : historyLines(records, all);
  process.stdout.write([...lines, ...more].map((line) => `${visible(line)}\n`).join(''));
  return EXIT.ok;
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1);

/** The name of the target, the endpoint's id, or a host in it. */
function concerns({ target, endpoint }: EndpointRecord, wanted: string): boolean {
  const text = wanted.toLowerCase();
  const host = /^[a-z]+:\/\/(\[[^\]]+\]|[^:/]+)/i.exec(endpoint)?.[1]?.replace(/^\[|\]$/g, '');
  return [target, endpoint, endpoint.replace(/ \(closed\)$/, ''), host].some(
    (known) => known?.toLowerCase() === text,
  );
}
