import { quote } from '../../../input/request/quote.ts';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';
import { isLoopback } from './listen-address.ts';

/** The address by which others reach the station: `https://checks.example.com`. */
export function parseBaseUrl(text: string): ParseResult<URL> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== 'https:')
    return inputError(`--base-url: expected an address as https://checks.example.com, not ${quote(text)}`);
  if (
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== '' ||
    url.password !== ''
  )
    return inputError(
      `--base-url: expected a host and no path, as https://${url.host}: the station needs a name of its own`,
    );
  const { hostname } = url;
  if (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    isLoopback(hostname.replace(/^\[(.+)\]$/, '$1'))
  )
    return inputError(
      `--base-url: ${quote(hostname)} is this machine for whoever opens it, so that it leads nobody here`,
    );
  return parsed(url);
}
