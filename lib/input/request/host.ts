import { type InputError, inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { numericAddress, toAsciiHost } from '../../net/idna.ts';
import { isIP } from '../../net/ip.ts';
import { quote } from './quote.ts';

/** A host as it is sent on the network: a lower-case ASCII (punycode) name without final dot, or an IP literal without brackets. */
export interface Host {
  readonly host: string;
  /** 4 or 6 for an IP literal, 0 for a name. */
  readonly literal: 0 | 4 | 6;
}

const CONTROL_OR_SPACE = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029]/;

/**
 * Reads a host as a person writes it. IPv6 may be in brackets or not. Spellings whose meaning is unclear are
 * refused instead of guessed: `0177.0.0.1` is 127.0.0.1 to a browser and 177.0.0.1 to others.
 */
export function parseHost(text: string): ParseResult<Host> {
  if (text === '') return inputError('the host is missing');
  if (CONTROL_OR_SPACE.test(text))
    return inputError(`the host ${quote(text)} has a space or a control character in it`);
  if (text.startsWith('[') || text.includes(':')) return parseIpv6(text);
  if (text.includes('%')) return inputError(`the host ${quote(text)} has a "%" in it: write the name itself`);
  if (isIP(text) === 4) return parsed({ host: text, literal: 4 });
  return unclearIpv4(text) ?? parseName(text);
}

function parseIpv6(text: string): ParseResult<Host> {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (bare.includes('%'))
    return inputError(
      `${quote(text)} has a zone id, which names an interface of one machine: leave the "%…" away`,
    );
  if (isIP(bare) !== 6) return inputError(`${quote(text)} is no IPv6 address`);
  // One spelling for each address (RFC 5952), so that ids and addresses can be compared.
  return parsed({ host: new URL(`http://[${bare}]`).hostname.slice(1, -1), literal: 6 });
}

/** WHATWG URL §3.5 "ends in a number": no name ends like that, so an IPv4 address was meant. */
function unclearIpv4(text: string): InputError | undefined {
  const last = text.replace(/\.$/, '').split('.').at(-1) ?? '';
  if (!/^([0-9]+|0[xX][0-9a-fA-F]*)$/.test(last)) return undefined;
  return inputError(
    `${quote(text)} is no plain IPv4 address: write four decimal numbers from 0 to 255 without leading zeros`,
  );
}

function parseName(text: string): ParseResult<Host> {
  // Full-width digits and ideographic dots become an address only in the conversion to ASCII.
  const address = numericAddress(text);
  if (address !== undefined)
    return inputError(`${quote(text)} is an unusual spelling of ${address}: write ${address}`);
  const ascii = toAsciiHost(text);
  return ascii === undefined
    ? inputError(
        `${quote(text)} is no valid host name (labels of 1 to 63 letters, digits and inner hyphens, 253 characters in all)`,
      )
    : parsed({ host: ascii, literal: 0 });
}
