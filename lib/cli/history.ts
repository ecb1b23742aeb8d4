import { Command, Option } from 'commander';
import type { EndpointRecord } from '../model/history.ts';
import { inputError } from '../model/input-error.ts';
import { EXIT } from './exit-status.ts';
import { refuse } from './message.ts';
import type { SetStatus } from './options.ts';

interface HistoryOptions {
  readonly format: 'terminal' | 'json';
}

export function historyCommand(setStatus: SetStatus): Command {
  return new Command('history')
    .description('show the last runs of the endpoints that were checked from this machine')
    .argument('[target]', 'a target, a host or an endpoint; without it all are listed')
    .addOption(
      new Option('--format <format>', 'terminal or json').choices(['terminal', 'json']).default('terminal'),
    )
    .addHelpText(
      'after',
      `
Kept in inbound-check/history under $XDG_STATE_HOME (~/.local/state): of each
endpoint the last 30 runs and the last one that passed. check --no-history keeps
nothing.
Exit status: 0 shown, 64 nothing is kept of the target, or wrong usage.`,
    )
    .action(async (target: string | undefined, options: HistoryOptions) => {
      setStatus(await history(target, options));
    });
}

async function history(target: string | undefined, { format }: HistoryOptions): Promise<number> {
  const { historyDirectory, openHistory } = await import('../adapters/local/history.ts');
  const { visible, visibleJson } = await import('../report/visible.ts');
  const records: EndpointRecord[] = [];
  for await (const record of openHistory(historyDirectory(process.env)).all())
    if (target === undefined || concerns(record, target)) records.push(record);
  if (records.length === 0 && target !== undefined) {
    const { quote } = await import('../request/quote.ts');
    return refuse(inputError(`no run of ${quote(target)} is kept; inbound-check history lists what is`));
  }
  records.sort((a, b) =>
    a.target === b.target ? compare(a.endpoint, b.endpoint) : compare(a.target, b.target),
  );
  if (format === 'json') {
    process.stdout.write(`${visibleJson(records, 2)}\n`);
    return EXIT.ok;
  }
  const { historyLines } = await import('../history/lines.ts');
  const lines = records.length === 0 ? ['no run is kept yet'] : historyLines(records, target !== undefined);
  process.stdout.write(lines.map((line) => `${visible(line)}\n`).join(''));
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
