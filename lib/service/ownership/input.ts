/** What the function that looks for proofs is asked. */
import { CHALLENGE } from './places.ts';

/** Hosts of one call, and so of one target. */
export const MAX_HOSTS = 50;
const MAX_NAME = 253;

export interface OwnershipInput {
  readonly hosts: readonly string[];
  readonly challenge: string;
}

/**
 * Read without a schema, which would be a fifth of the function's bundle. Only the API and the starter may invoke it.
 *
 * @throws for anything else than 1 to 50 names and a challenge: a bug of ours
 */
export function readInput(event: unknown): OwnershipInput {
  const { hosts, challenge } = (event ?? {}) as { readonly hosts?: unknown; readonly challenge?: unknown };
  if (
    !Array.isArray(hosts) ||
    hosts.length < 1 ||
    hosts.length > MAX_HOSTS ||
    !hosts.every(isName) ||
    typeof challenge !== 'string' ||
    !CHALLENGE.test(challenge)
  )
    throw new TypeError('this names no hosts and challenge to look for');
  return { hosts, challenge };
}

const isName = (host: unknown): host is string =>
  typeof host === 'string' && host.length >= 1 && host.length <= MAX_NAME;
