/** Where a command takes the code of a listener from: never from its arguments, which every user of a machine can read. */

import type { ListenerCode } from '../../kinds/listener/code.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { INTERRUPTED } from '../terminal/message.ts';

export const CODE_VARIABLE = 'INBOUND_CHECK_LISTENER_CODE';
/** Longer input is no code. */
const MAX_INPUT = 4_096;

const NOT_A_SOURCE = `--code takes "-" (standard input) or "prompt", never the code itself, which others on this machine could read; or set ${CODE_VARIABLE}`;
const NOT_A_CODE =
  'that is no listener code: 16 letters and digits and a check character, as "inbound-check listen --new-code" prints it; one character was misread, or one is missing';

/**
 * @param source `--code`: `-` is standard input, `prompt` asks on the terminal; absent: the environment variable
 * @returns `undefined` where there is neither
 */
export async function givenListenerCode(
  source: string | undefined,
): Promise<ParseResult<ListenerCode | undefined>> {
  if (source !== undefined && source !== '-' && source !== 'prompt') return inputError(NOT_A_SOURCE);
  const text = await textFrom(source);
  if (!text.ok || text.value === undefined) return text.ok ? parsed(undefined) : text;
  const { readListenerCode } = await import('../../kinds/listener/code.ts');
  const code = readListenerCode(text.value);
  return code === undefined ? inputError(NOT_A_CODE) : parsed(code);
}

/** The options of commands that ask a listener. */
export interface ListenerFlags {
  readonly withListener?: boolean;
  readonly theyRead?: boolean;
}

const NO_CODE = `--with-listener needs the code of the listener: set ${CODE_VARIABLE}, or say --they-read, which proves less`;

/**
 * From the environment or a hidden prompt: standard input may hold targets, and arguments are seen by others.
 *
 * @returns `undefined` where no listener is asked, or by words alone
 */
export async function codeForListener({
  withListener,
  theyRead,
}: ListenerFlags): Promise<ParseResult<ListenerCode | undefined>> {
  if (withListener !== true)
    return theyRead === true ? inputError('--they-read goes with --with-listener') : parsed(undefined);
  const given = await givenListenerCode(undefined);
  if (!given.ok || given.value !== undefined || theyRead === true) return given;
  return process.stdin.isTTY ? givenListenerCode('prompt') : inputError(NO_CODE);
}

async function textFrom(source: '-' | 'prompt' | undefined): Promise<ParseResult<string | undefined>> {
  if (source === undefined) return parsed(process.env[CODE_VARIABLE] || undefined);
  if (source === '-') return parsed(await firstLine(process.stdin));
  if (!process.stdin.isTTY)
    return inputError('--code prompt needs a terminal; --code - reads standard input');
  const { askHidden } = await import('../terminal/hidden-prompt.ts');
  const answer = await askHidden('Listener code: ', process.stdin, (text) => void process.stderr.write(text));
  if ('typed' in answer) return parsed(answer.typed);
  return answer.ended === 'interrupt' ? INTERRUPTED : inputError('no code was given');
}

async function firstLine(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const piece of input) {
    text += piece.toString();
    if (text.includes('\n') || text.length > MAX_INPUT) break;
  }
  return text.split('\n', 1)[0] ?? '';
}
