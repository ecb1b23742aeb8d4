/** The settings of a listener beside its ports, as a person writes them. */
import { quote } from '../../input/request/quote.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { asSystemWrites, isIP } from '../../net/ip.ts';
import { hostAddresses, isLoopback } from './addresses.ts';

/** `--bind`: an address that this host has. */
export function hostAddressOf(text: string): ParseResult<string> {
  const address = asSystemWrites(text.replace(/^\[(.*)\]$/, '$1'));
  if (isIP(address) === 0) return inputError(`--bind: expected an address of this host, not ${quote(text)}`);
  const own = hostAddresses();
  if (own.includes(address) || isLoopback(address)) return parsed(address);
  return inputError(
    `--bind: this host has no address ${quote(text)}${own.length === 0 ? '' : `; it has ${own.join(', ')}`}`,
  );
}

/** `--health`: a path without query. */
export function parseHealthPath(text: string): ParseResult<string> {
  return /^\/[!-~]{0,199}$/.test(text) && !/[?#]/.test(text)
    ? parsed(text)
    : inputError(`--health: expected a path as /health, without query, not ${quote(text)}`);
}
