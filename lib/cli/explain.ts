import { Command } from 'commander';
import { inputError } from '../model/input-error.ts';
import { EXIT } from './exit-status.ts';
import { refuse } from './message.ts';
import type { SetStatus } from './options.ts';

/** Documentation reads best in lines no longer than this. */
const MAX_WIDTH = 100;

export function explainCommand(setStatus: SetStatus): Command {
  return new Command('explain')
    .description('print the documentation of a cause: what proves it, who acts, what to do next')
    .argument('[cause]', 'a cause code, as tcp.filtered; without it all are listed')
    .action(async (cause: string | undefined) => setStatus(await explainCause(cause)));
}

async function explainCause(code: string | undefined): Promise<number> {
  const { causes } = await import('../diagnose/causes/index.ts');
  const { explain, isCauseCode } = await import('../diagnose/explain.ts');
  const { terminalOptions } = await import('./terminal-options.ts');
  const { default: wrapAnsi } = await import('wrap-ansi');
  const { width } = terminalOptions(process.stdout, false);
  const print = (text: string): number => {
    process.stdout.write(`${wrapAnsi(text, Math.min(width, MAX_WIDTH), { trim: false }).trimEnd()}\n`);
    return EXIT.ok;
  };
  if (code === undefined)
    return print(
      Object.values(causes)
        .map((cause) => `${cause.code}\n    ${cause.summary}`)
        .join('\n'),
    );
  const asked = code.trim().toLowerCase();
  if (isCauseCode(asked)) return print(explain(asked));
  const { didYouMean } = await import('../request/nearest.ts');
  const { quote } = await import('../request/quote.ts');
  const near = didYouMean(asked, Object.keys(causes));
  return refuse(
    inputError(`there is no cause ${quote(code)}${near || '; inbound-check explain lists all of them'}`),
  );
}
