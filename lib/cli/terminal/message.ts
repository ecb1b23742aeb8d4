import { type InputError, inputError } from '../../model/input-error.ts';
import { EXIT } from './exit-status.ts';

/** Messages go to standard error, so that standard output holds the report and nothing else. */
export function message(text: string): void {
  process.stderr.write(`inbound-check: ${text}\n`);
}

/** Ctrl-C at a question: no mistake, so `refuse` gives it another status. */
export const INTERRUPTED: InputError = inputError('stopped at the question; nothing was done');

/** Prints the one line of a mistake in the input. */
export function refuse(error: InputError): number {
  message(error.message);
  return error === INTERRUPTED ? EXIT.interrupted : EXIT.usage;
}
