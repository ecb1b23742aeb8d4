/** What the answers of one address of a name server amount to. */
import type { ServerAddress, ServerWord } from '../../../model/delegation.ts';
import { isSilence } from '../../../net/dns-codes.ts';

export type ServerState =
  /** It serves the zone by UDP. */
  | 'serves'
  /** It answers, and does not serve the zone. */
  | 'lame'
  /** No answer by UDP. */
  | 'silent'
  /** An address that nothing is sent to. */
  | 'refused'
  /** It was not asked, or could not be from here. */
  | 'unknown';

export function stateOf({ refused, notAsked, udp, plain }: ServerAddress): ServerState {
  if (refused !== undefined) return 'refused';
  if (notAsked !== undefined || udp === undefined) return 'unknown';
  const words = plain === undefined ? [udp] : [udp, plain];
  if (words.some(servesZone)) return 'serves';
  // What answers at all is not silent, whatever it says.
  if (words.some(({ aa, code }) => aa !== undefined || code === 'BADRESP')) return 'lame';
  return words.every(({ code }) => isSilence(code)) ? 'silent' : 'unknown';
}

export const isAuthoritative = (address: ServerAddress): boolean => stateOf(address) === 'serves';

/** The SOA of the zone, from a server that says that it holds it. */
export const servesZone = ({ code, aa }: ServerWord): boolean => code === 'NOERROR' && aa === true;

/** Did questions with EDNS stay without any answer, and those without it not? */
export const losesEdns = ({ udp, plain }: ServerAddress): boolean =>
  udp !== undefined && isSilence(udp.code) && plain !== undefined && servesZone(plain);

/** RFC 1035 §2.3.4: what fits into a datagram without EDNS. */
const WITHOUT_EDNS_BYTES = 512;

/** The length of the answer that came by TCP and never by UDP, where it is longer than fits without EDNS. */
export const lostBytes = ({ long, longByTcp }: ServerAddress): number | undefined =>
  long !== undefined && isSilence(long.code) && (longByTcp?.bytes ?? 0) > WITHOUT_EDNS_BYTES
    ? longByTcp?.bytes
    : undefined;
