import { Option } from 'commander';
import type { ApiClient, Asking } from '../../service/contracts/api-client.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { refuse } from '../terminal/message.ts';
import { type CloudOptions, connect } from './connect.ts';
import { failed } from './failed.ts';

export interface FormatChoice {
  readonly format: 'terminal' | 'json';
}

export const formatOption = (): Option =>
  new Option('--format <format>', 'terminal or json').choices(['terminal', 'json']).default('terminal');

export async function printLines(lines: readonly string[]): Promise<number> {
  const { visible } = await import('../../report/words/visible.ts');
  process.stdout.write(lines.map((line) => `${visible(line)}\n`).join(''));
  return EXIT.ok;
}

export async function printJson(value: unknown): Promise<number> {
  const { visibleJson } = await import('../../report/words/visible.ts');
  process.stdout.write(`${visibleJson(value, 2)}\n`);
  return EXIT.ok;
}

/** Connects, and calls the work with the client. Returns the exit status. */
export async function withClient(
  options: CloudOptions,
  work: (client: ApiClient) => Promise<number>,
): Promise<number> {
  const client = await connect(options);
  return client.ok ? work(client.value) : refuse(client);
}

/** Asks, and prints the answer in the chosen form. `look` gets it first. */
export async function asked<T>(
  options: CloudOptions & FormatChoice,
  ask: (client: ApiClient) => Promise<Asking<T>>,
  lines: (value: T) => Promise<readonly string[]>,
  look: (value: T) => void = () => undefined,
): Promise<number> {
  return withClient(options, async (client) => {
    const asking = await ask(client);
    if (asking.status !== 'answered') return failed(asking);
    look(asking.value);
    return options.format === 'json' ? printJson(asking.value) : printLines(await lines(asking.value));
  });
}
