import type { WriteStream } from 'node:tty';
import type { FormatOptions } from '../../report/reporter.ts';

const WIDTH_WITHOUT_TERMINAL = 100;

/** Width and colour of a stream. NO_COLOR (no-color.org) is honoured; FORCE_COLOR turns colour on where there is no terminal. */
export function terminalOptions(stream: Partial<WriteStream>, verbose: boolean): FormatOptions {
  const { NO_COLOR, FORCE_COLOR, TERM, COLUMNS } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0';
  const color = !NO_COLOR && (forced || (stream.isTTY === true && TERM !== 'dumb'));
  const columns = stream.isTTY ? stream.columns : Number(COLUMNS);
  return { width: columns && columns >= 40 ? columns : WIDTH_WITHOUT_TERMINAL, color, verbose };
}
