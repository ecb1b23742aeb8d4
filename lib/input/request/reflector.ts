import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { quote } from './quote.ts';

const MAX = 2_000;

/** Reads `--reflector`: an http or https URL without user name, password and fragment. */
export function parseReflector(text: string): ParseResult<string> {
  const expected = 'expected an http or https URL that answers with the address that it sees';
  if (text.length > MAX) return inputError(`--reflector: a URL has ${MAX} characters at most`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isFit =
    url !== undefined &&
    /^https?:\/\//i.test(text) &&
    url.username === '' &&
    url.password === '' &&
    url.hash === '';
  return isFit ? parsed(url.href) : inputError(`--reflector: ${expected}, not ${quote(text)}`);
}
