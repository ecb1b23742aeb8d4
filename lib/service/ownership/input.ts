/** What the function that looks for proofs is asked. */
import {
  MOST_LISTENER_ADDRESSES,
  MOST_LISTENER_HOSTS,
  PRIVILEGED_BELOW,
} from '../../model/listener-limits.ts';
import type { ListenerAsk } from '../ports/listener-asker.ts';
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

/**
 * Listeners to challenge. `undefined`: something else is asked.
 *
 * @throws for too many of them, and for what is no challenge in clear to a port below 1024: a bug of ours
 */
export function readListenerAsks(event: unknown): readonly ListenerAsk[] | undefined {
  const { listeners } = (event ?? {}) as { readonly listeners?: unknown };
  if (listeners === undefined) return undefined;
  if (
    !Array.isArray(listeners) ||
    listeners.length < 1 ||
    listeners.length > MOST_LISTENER_HOSTS ||
    !listeners.every(isAsk)
  )
    throw new TypeError('these are no listeners to challenge');
  return listeners;
}

function isAsk(one: unknown): one is ListenerAsk {
  const { host, port, speech, run, nonces } = (one ?? {}) as { readonly [K in keyof ListenerAsk]?: unknown };
  return (
    isName(host) &&
    typeof port === 'number' &&
    Number.isInteger(port) &&
    port >= 1 &&
    port < PRIVILEGED_BELOW &&
    IN_CLEAR.some((known) => known === speech) &&
    typeof run === 'string' &&
    /^[0-9a-f]{16}$/.test(run) &&
    Array.isArray(nonces) &&
    nonces.length <= MOST_LISTENER_ADDRESSES &&
    nonces.every((nonce) => typeof nonce === 'string' && CHALLENGE.test(nonce))
  );
}

const IN_CLEAR: readonly ListenerAsk['speech'][] = ['http', 'line', 'smtp'];

const isName = (host: unknown): host is string =>
  typeof host === 'string' && host.length >= 1 && host.length <= MAX_NAME;
