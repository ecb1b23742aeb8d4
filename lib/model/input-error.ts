/**
 * A mistake in what the user gave: one line that says what is wrong and how to fix it. The command line prints it
 * and exits with 64; an API answers 400. It is a value, never thrown.
 */
export interface InputError {
  readonly ok: false;
  readonly message: string;
}
export interface Parsed<T> {
  readonly ok: true;
  readonly value: T;
}
export type ParseResult<T> = Parsed<T> | InputError;

export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value });
export const inputError = (message: string): InputError => ({ ok: false, message });
