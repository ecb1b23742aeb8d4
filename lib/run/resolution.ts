import { isIP } from 'node:net';
import type { DnsResult } from '../model/observation.ts';
import type { ResolvePin } from '../model/request.ts';
import type { Resolver } from '../probe/probe.ts';

/** Answers kept: several endpoints of a host come close together, so old ones are of no use. */
const MAX_ANSWERS = 1_024;

/** Resolves a host for one attempt. A host is asked for once in each attempt, by whoever comes first. */
export type Resolve = (host: string, port: number, attempt: number) => Promise<DnsResult>;

/**
 * Each host once a run, also while the first question is still under way. A confirmation asks anew: what is confirmed
 * may be the very failure to resolve. Bounded: the oldest answers go first.
 */
export function createResolve(resolver: Resolver, pins: readonly ResolvePin[]): Resolve {
  const answers = new Map<string, Promise<DnsResult>>();
  const pinned = new Set(pins.map(({ host }) => host.toLowerCase()));

  return (host, port, attempt) => {
    if (isIP(host) !== 0) return resolver.addresses(host, port);
    // --resolve binds a host and a port, so a pinned host may have other addresses on its other ports.
    const key = `${attempt} ${host} ${pinned.has(host.toLowerCase()) ? port : ''}`;
    const known = answers.get(key);
    if (known) return known;
    const answer = resolver.addresses(host, port);
    answers.set(key, answer);
    const oldest = answers.size > MAX_ANSWERS ? answers.keys().next() : undefined;
    if (oldest && !oldest.done) answers.delete(oldest.value);
    return answer;
  };
}
