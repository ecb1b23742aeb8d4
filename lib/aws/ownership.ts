import { parseJson } from '../model/parse-json.ts';
import { printable } from '../net/printable.ts';
import { provingDomains, rulesBelow } from '../service/ownership/domains.ts';
import { ListenersOutput, OwnershipOutput } from '../service/ownership/output.ts';
import type { AskListeners } from '../service/ports/listener-asker.ts';
import type { HostOwnership, OwnershipAnswer, ProveOwnership } from '../service/ports/ownership.ts';
import type { InvokeProber } from '../service/ports/prober-invoker.ts';

type Proven = Extract<HostOwnership, { readonly proven: unknown }>['proven'];

/** A little less than API Gateway's own limit, ms. */
const WAIT_MS = 25_000;

export interface OwnershipFunction {
  readonly functionName: string;
  readonly region: string;
}

/** Asks the function `ownership`, the only one that connects to hosts that users have named. */
export function createOwnershipProver(where: OwnershipFunction, invoke: InvokeProber): ProveOwnership {
  return async (hosts, challenge): Promise<OwnershipAnswer> => {
    const invoked = await invoke(where, JSON.stringify({ hosts, challenge }), { timeoutMs: WAIT_MS });
    if (invoked.status !== 'answered')
      return { status: 'unavailable', message: `${invoked.status}: ${printable(invoked.message, 200)}` };
    const found = readAnswer(invoked.text);
    return found === undefined || !isOf(found, hosts)
      ? { status: 'unavailable', message: 'it answered something else than was asked' }
      : { status: 'looked', hosts: found };
  };
}

/** It connects to untrusted servers: what it says about hosts other than the requested one proves nothing. */
const isOf = (found: readonly HostOwnership[], hosts: readonly string[]): boolean =>
  found.length === hosts.length &&
  found.every(
    (one, index) => one.host === hosts[index] && (!('proven' in one) || canProve(one.host, one.proven)),
  );

/**
 * Whether a proof of that kind can be at that place and cover that much: judged here again, by the same rules, because
 * "com proves shop.example.com and all below it" must not be decided by a function that connects to untrusted servers.
 */
function canProve(host: string, { method, at, below }: Proven): boolean {
  switch (method) {
    case 'http-file':
      return at === host && !below;
    case 'dns-txt':
      return provingDomains(host).includes(at) && (!below || rulesBelow(at));
    default:
      return method satisfies never;
  }
}

const readAnswer = (text: string): readonly HostOwnership[] | undefined =>
  OwnershipOutput.safeParse(parseJson(text)).data?.hosts;

/** Asks the same function to challenge listeners. It never has the key by which their proofs are judged. */
export function createListenerAsker(where: OwnershipFunction, invoke: InvokeProber): AskListeners {
  return async (asks) => {
    const invoked = await invoke(where, JSON.stringify({ listeners: asks }), { timeoutMs: WAIT_MS });
    if (invoked.status !== 'answered')
      return { status: 'unavailable', message: `${invoked.status}: ${printable(invoked.message, 200)}` };
    const answers = ListenersOutput.safeParse(parseJson(invoked.text)).data?.listeners;
    return answers === undefined
      ? { status: 'unavailable', message: 'it answered something else than was asked' }
      : { status: 'asked', answers };
  };
}
