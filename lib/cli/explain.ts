import { Command } from 'commander';
import { inputError } from '../model/input-error.ts';
import type { SetStatus } from './terminal/exit-status.ts';
import { EXIT } from './terminal/exit-status.ts';
import { refuse } from './terminal/message.ts';

/** Documentation is easiest to read in lines no longer than this. */
const MAX_WIDTH = 100;

export function explainCommand(setStatus: SetStatus): Command {
  return new Command('explain')
    .description('print the documentation of a cause: what proves it, who acts, what to do next')
    .argument('[cause]', 'a cause code, as tcp.filtered; without it all are listed')
    .action(async (cause: string | undefined) => setStatus(await explainCause(cause)));
}

async function explainCause(code: string | undefined): Promise<number> {
  const { causes } = await import('../kinds/causes.ts');
  const { explain, isCauseCode } = await import('../report/explain.ts');
  const { terminalOptions } = await import('./terminal/terminal-options.ts');
  const { default: wrapAnsi } = await import('wrap-ansi');
  const width = Math.min(terminalOptions(process.stdout, false).width, MAX_WIDTH);
  if (code === undefined) {
    for (const cause of Object.values(causes)) {
      const summary = wrapAnsi(cause.summary, width - 4).replace(/^/gm, '    ');
      process.stdout.write(`${cause.code}\n${summary}\n`);
    }
    return EXIT.ok;
  }
  const asked = code.trim().toLowerCase();
  if (isCauseCode(asked)) {
    process.stdout.write(`${wrapAnsi(explain(asked), width).trimEnd()}\n`);
    return EXIT.ok;
  }
  const { didYouMean } = await import('../input/request/nearest.ts');
  const { quote } = await import('../input/request/quote.ts');
  const near = didYouMean(asked, Object.keys(causes));
  return refuse(
    inputError(`there is no cause ${quote(code)}${near || '; inbound-check explain lists all of them'}`),
  );
}
