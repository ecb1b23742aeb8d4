import { createLocalContext } from '../../engine/context.ts';
import type { ListenerAnswers } from '../ports/listener-asker.ts';
import type { HostOwnership } from '../ports/ownership.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { askListeners } from './ask-listeners.ts';
import type { FilePorts } from './file-proof.ts';
import { readInput, readListenerAsks } from './input.ts';
import { proveHosts } from './prove.ts';

/** Longest look-up, ms: API Gateway waits 30 s for the function that waits for this one. */
const MAX_MS = 20_000;
/** Longest round of challenges, ms: a look-up and one request to each address, all at the same time. */
const MAX_LISTENER_MS = 10_000;
/** The part of it that the function keeps for its answer. */
const MARGIN_MS = 2_000;

export interface OwnershipOptions {
  /** True on the test rig alone; the deployed function has no such setting. */
  readonly allowPrivate: boolean;
  /** Asked instead of the system's, and other ports of web servers: on the test rig alone. */
  readonly dnsServers?: readonly string[];
  readonly ports?: FilePorts;
  readonly telemetry: Telemetry;
}

interface OwnershipFound {
  readonly hosts: readonly HostOwnership[];
  /** What came of challenges; absent: none was asked for. */
  readonly listeners?: ListenerAnswers;
}

/**
 * The handler of the function that looks for proofs of ownership, or challenges listeners. Its only permission is to write
 * its log.
 */
export function createOwnership({ allowPrivate, dnsServers = [], ports = {}, telemetry }: OwnershipOptions) {
  return async (event: unknown, invocation: Invocation): Promise<OwnershipFound> => {
    const asks = readListenerAsks(event);
    const left = invocation.getRemainingTimeInMillis() - MARGIN_MS;
    const settings = {
      allowPrivate,
      dnsServers: [...dnsServers],
      resolve: [],
      trustAnchors: [],
      timeoutMs: 4_000,
      deadlineMs: Math.max(1, Math.min(asks === undefined ? MAX_MS : MAX_LISTENER_MS, left)),
    };
    const open = () => createLocalContext(settings, new AbortController().signal);
    const { awsRequestId: requestId } = invocation;
    if (asks !== undefined) {
      const listeners = await askListeners(asks, open());
      telemetry.info('listeners asked', { hosts: asks.length, requestId });
      return { hosts: [], listeners };
    }
    const { hosts, challenge } = readInput(event);
    const found = await proveHosts(hosts, challenge, open(), ports);
    const proven = found.filter((one) => 'proven' in one).length;
    telemetry.info('ownership looked for', { hosts: hosts.length, proven, requestId });
    return { hosts: found };
  };
}
