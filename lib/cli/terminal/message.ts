import type { InputError } from '../../model/input-error.ts';
import { EXIT } from './exit-status.ts';

/** Messages go to standard error, so that standard output holds the report and nothing else. */
export function message(text: string): void {
  process.stderr.write(`inbound-check: ${text}\n`);
}

/** Prints the one line of a mistake in the input. */
export function refuse(error: InputError): number {
  message(error.message);
  return EXIT.usage;
}
