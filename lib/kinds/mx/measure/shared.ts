/** What several mail routes of one run have in common: a provider's servers serve thousands of domains. */
import type { Resolver } from '../../../net/network-access.ts';

/** Things that are remembered for a run; the oldest goes first. */
const MAX_SHARED = 256;

/** By the run's resolver, which lives as long as the run. */
const ofRuns = new WeakMap<Resolver, Map<string, Promise<unknown>>>();

/**
 * Makes it once a run; what failed is made again, as an attempt that confirms a failure has to see it itself. `key` names the type as
 * well as the thing.
 */
export function sharedInRun<T>(
  resolver: Resolver,
  key: string,
  make: () => Promise<T>,
  succeeded: (made: T) => boolean,
): Promise<T> {
  const known = ofRuns.get(resolver) ?? new Map<string, Promise<unknown>>();
  ofRuns.set(resolver, known);
  const before = known.get(key);
  // The key says what type was made.
  if (before !== undefined) return before as Promise<T>;
  const made = make().then((value) => {
    if (!succeeded(value)) known.delete(key);
    return value;
  });
  known.set(key, made);
  const oldest = known.size > MAX_SHARED ? known.keys().next() : undefined;
  if (oldest && !oldest.done) known.delete(oldest.value);
  return made;
}
