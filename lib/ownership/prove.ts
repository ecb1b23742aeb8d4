import type { HostOwnership } from '../ports/ownership.ts';
import type { ProbeContext } from '../probe/probe.ts';
import { type AskTxt, createAskTxt, findTxt } from './dns-proof.ts';
import { type FilePorts, findFile } from './file-proof.ts';

/** Hosts that are looked at side by side. */
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
  const waiting = [...new Set(hosts)];
  const work = async (): Promise<void> => {
    for (let host = waiting.shift(); host !== undefined; host = waiting.shift())
      found.set(host, await proveHost(host, challenge, context, ask, ports));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
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
