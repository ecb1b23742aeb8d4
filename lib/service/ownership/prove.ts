import pMap from 'p-map';
import type { ProbeContext } from '../../kinds/contract/probe.ts';
import type { HostOwnership } from '../ports/ownership.ts';
import { type AskTxt, createAskTxt, findTxt } from './dns-proof.ts';
import { type FilePorts, findFile } from './file-proof.ts';

/** Hosts that are checked at the same time. */
const AT_A_TIME = 8;

/**
 * Looks for the challenge at each host: first in the DNS, then on its web server. Ends by `context.deadline`, after
 * which the rest was not looked at. Never rejects for what servers and networks do; addresses that are not on the
 * internet are refused by the context's guard, after resolution.
 */
export async function proveHosts(
  hosts: readonly string[],
  challenge: string,
  context: ProbeContext,
  ports: FilePorts = {},
): Promise<HostOwnership[]> {
  const ask = createAskTxt(context.resolver);
  const found = new Map<string, HostOwnership>();
  const prove = async (host: string): Promise<void> =>
    void found.set(host, await proveHost(host, challenge, context, ask, ports));
  await pMap(new Set(hosts), prove, { concurrency: AT_A_TIME });
  return hosts.flatMap((host) => found.get(host) ?? []);
}

async function proveHost(
  host: string,
  challenge: string,
  context: ProbeContext,
  ask: AskTxt,
  ports: FilePorts,
): Promise<HostOwnership> {
  if (context.deadline.aborted) return { host, seen: ['not looked at, because time was up'] };
  const inDns = await findTxt(host, challenge, ask);
  if ('proven' in inDns) return inDns;
  const onServer = await findFile(host, challenge, context, ports);
  return 'proven' in onServer ? onServer : { host, seen: [...inDns.seen, ...onServer.seen] };
}
