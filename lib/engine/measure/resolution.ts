import type { DnsResult } from '../../model/observed.ts';
import type { ResolvePin } from '../../model/request.ts';
import { addressScope } from '../../net/guard.ts';
import { isIP } from '../../net/ip.ts';
import type { Resolver } from '../../net/network-access.ts';

/** Answers kept: several endpoints of a host follow each other closely, so old ones are not needed. */
const MAX_ANSWERS = 1_024;

/** Resolves a host for one attempt. A host is asked for once in each attempt, by the first endpoint that needs it. */
export type Resolve = (host: string, port: number, attempt: number) => Promise<DnsResult>;

/**
 * Each host once a run, also while the first question is still open. A confirmation asks again: what is confirmed
 * may be exactly that failure to resolve. Bounded: the oldest answers are removed first.
 *
 * @param onPublic called whenever a host has an address of the internet
 */
export function createResolve(
  resolver: Resolver,
  pins: readonly ResolvePin[],
  onPublic: () => void = () => undefined,
): Resolve {
  const look = async (host: string, port: number): Promise<DnsResult> => {
    const result = await resolver.addresses(host, port);
    if (result.addresses.some(({ address }) => addressScope(address) === 'public')) onPublic();
    return result;
  };
  const answers = new Map<string, Promise<DnsResult>>();
  const pinned = new Set(pins.map(({ host }) => host.toLowerCase()));

  return (host, port, attempt) => {
    // A literal needs no question; a pin for it is for one port only.
    if (isIP(host) !== 0) return look(host, port);
    // --resolve binds a host and a port, so a pinned host may have other addresses on its other ports.
    const key = `${attempt} ${host} ${pinned.has(host.toLowerCase()) ? port : ''}`;
    const known = answers.get(key);
    if (known) return known;
    const answer = look(host, port);
    answers.set(key, answer);
    const oldest = answers.size > MAX_ANSWERS ? answers.keys().next() : undefined;
    if (oldest && !oldest.done) answers.delete(oldest.value);
    return answer;
  };
}
