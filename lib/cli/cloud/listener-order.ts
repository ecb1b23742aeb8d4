/** `--with-listener` for a fleet or station: what an order holds in place of the code, which stays on this machine. */
import { randomBytes } from 'node:crypto';
import type { Report } from '../../engine/report-schema.ts';
import type { ListenerCode } from '../../kinds/listener/code.ts';
import { runKey } from '../../kinds/listener/proof.ts';
import { type ParseResult, parsed } from '../../model/input-error.ts';
import type { ListenerSecret } from '../../model/listener-secret.ts';
import { askReadBack, terminalAsk } from '../listener/ask-read-back.ts';
import { leftOutWords } from '../listener/left-out.ts';
import { codeForListener, type ListenerFlags } from '../listener/listener-code.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message } from '../terminal/message.ts';

/** Another one for each run that is started; the words of a port stay. `undefined`: no listener is asked. */
export type NextListener = () => ListenerSecret | undefined;

export async function listenerOrder(flags: ListenerFlags): Promise<ParseResult<NextListener>> {
  const code = await codeForListener(flags);
  if (!code.ok) return code;
  const wordsSeed = randomBytes(16).toString('hex');
  return parsed(() => (flags.withListener === true ? secretOf(code.value, wordsSeed) : undefined));
}

function secretOf(code: ListenerCode | undefined, wordsSeed: string): ListenerSecret {
  const run = randomBytes(8).toString('hex');
  return { run, wordsSeed, ...(code !== undefined && { key: runKey(code, run) }) };
}

export function tellLeftOut(leftOut: readonly string[] | undefined): void {
  if (leftOut !== undefined) message(leftOutWords(leftOut));
}

/** On a terminal: what do they read? The fleet has signed its report, so that the answers are not in it. */
export async function askWhatTheyRead(
  { theyRead }: ListenerFlags,
  { endpoints }: Pick<Report, 'endpoints'>,
): Promise<number> {
  if (theyRead !== true) return EXIT.ok;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    message('compare what they read with: inbound-check read-back REPORT PORT="WORDS" --output FILE');
    return EXIT.ok;
  }
  const { ask, close } = await terminalAsk();
  const results = await askReadBack(endpoints, ask, (line) => void process.stderr.write(`${line}\n`));
  close();
  if (results.size > 0)
    message(
      'the signed report does not hold these answers: read-back REPORT --output FILE writes one that does',
    );
  return [...results.values()].every(({ status }) => status === 'right') ? EXIT.ok : EXIT.failed;
}
