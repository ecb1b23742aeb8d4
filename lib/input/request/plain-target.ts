/** A single host or URI, as people paste it: an argument of `check`, or a line of a plain list. */
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { KINDS } from '../../model/vocabulary.ts';
import { parseHost } from './host.ts';
import { quote } from './quote.ts';

/** `https//host`, `https:/host`, `https:host`, `https;//host`: the scheme is known, the characters after it are wrong. */
const SCHEME = new RegExp(`^(${KINDS.join('|')})(?:[:;]?/{1,2}|:(?=[^/0-9]))(?=[^/])`, 'i');

export const isUri = (text: string): boolean => text.includes('://') || text.includes('@');

/** `https://host` of `https//host`; `undefined` when the scheme is written correctly, or when there is none. */
export function correctedScheme(text: string): string | undefined {
  const match = SCHEME.exec(text);
  if (match === null) return undefined;
  const mended = `${(match[1] ?? '').toLowerCase()}://${text.slice(match[0].length)}`;
  return mended.toLowerCase() === text.toLowerCase() ? undefined : mended;
}

/** The host that a text is which is not a URI, with the profile that says what to check on it. */
export function hostWithProfile<P>(
  text: string,
  profile: P | undefined,
): ParseResult<{ readonly host: string; readonly profile: P }> {
  const mended = correctedScheme(text);
  if (mended !== undefined) return inputError(`${quote(text)} is no URI: write ${quote(mended)}`);
  if (/^([^:/]+):([0-9]+)(\/.*)?$/.test(text))
    return inputError(
      `${quote(text)} doesn't say which protocol: write tls://${text}, https://${text} or tcp://${text}`,
    );
  if (text.includes('/'))
    return inputError(`${quote(text)} is neither a host nor a URI: write https://${text}`);
  const host = parseHost(text);
  if (!host.ok) return host;
  return profile === undefined
    ? inputError(
        `say what to check on ${host.value.host}: add --profile ID (see inbound-check profiles), or write a URI as https://${text}/`,
      )
    : parsed({ host: host.value.host, profile });
}
