/**
 * What this machine lets a vantage probe, whatever its home asks. Without a list: what is on the internet. With one: only what
 * it names. Ranges open private addresses, too; a name opens those of its addresses that are on the internet alone, as
 * whoever holds the name could have it lead anywhere. Cloud metadata, multicast and the like stay closed in any case.
 */
import { quote } from '../../input/request/quote.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { addressRanges } from '../../net/address-ranges.ts';
import { createGuard, judgeAddress } from '../../net/guard.ts';
import { isIP } from '../../net/ip.ts';
import type { AddressGuard } from '../../net/network-access.ts';

/** What the guard says of an address that is on no list. */
export const NOT_ALLOWED = 'not among what this vantage may probe';

export interface AllowedTargets {
  /** By which guard an endpoint is probed: those of one guard go together. */
  guardFor(endpoint: Pick<Endpoint, 'host'>): AddressGuard;
  /** One line. */
  readonly words: string;
}

const internet = createGuard({ allowPrivate: false });
/** For controls of ours, which are on the internet. */
export const controlGuard: AddressGuard = internet;

const HOST =
  /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** @param entries as `--allow` names them: `10.1.0.0/16`, `192.0.2.7`, `www.example.com` */
export function readAllowed(entries: readonly string[]): ParseResult<AllowedTargets> {
  if (entries.length === 0)
    return parsed({ guardFor: () => internet, words: 'may probe what is on the internet' });
  const texts = entries.filter((one) => one.includes('/') || isIP(one) !== 0);
  const names = new Set(entries.filter((one) => !texts.includes(one)).map((one) => one.toLowerCase()));
  const wrong = [...names].find((one) => !HOST.test(one) || /^[\d.]+$/.test(one));
  const read = addressRanges(texts);
  if (wrong !== undefined || 'wrong' in read)
    return inputError(
      `--allow: expected a range as 10.1.0.0/16, an address or a host name, not ${quote(wrong ?? ('wrong' in read ? read.wrong : ''))}`,
    );
  const { ranges } = read;
  const listed: AddressGuard = (address) => {
    const { scope, range } = judgeAddress(address);
    if (scope === 'forbidden') return range;
    return ranges.has(address) ? undefined : NOT_ALLOWED;
  };
  const named: AddressGuard = (address) => (internet(address) === undefined ? undefined : listed(address));
  return parsed({
    guardFor: ({ host }) => (names.has(host.toLowerCase()) ? named : listed),
    words: `may probe ${entries.join(', ')} and nothing else`,
  });
}
