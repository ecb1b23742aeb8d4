import { printable } from '../../net/printable.ts';
import { OwnershipOutput } from '../../ownership/call.ts';
import type { HostOwnership, OwnershipAnswer, ProveOwnership } from '../../ports/ownership.ts';
import type { InvokeProber } from '../../ports/prober-invoker.ts';

/** A little less than API Gateway waits for whoever asks, ms. */
const WAIT_MS = 25_000;

export interface OwnershipFunction {
  readonly functionName: string;
  readonly region: string;
}

/** Asks the function `ownership`, which alone goes to hosts that somebody has named. */
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

/** It meets servers that strangers name: what it says of other hosts than it was asked for proves nothing. */
const isOf = (found: readonly HostOwnership[], hosts: readonly string[]): boolean =>
  found.length === hosts.length &&
  found.every(
    (one, index) =>
      one.host === hosts[index] &&
      (!('proven' in one) || one.proven.at === one.host || one.host.endsWith(`.${one.proven.at}`)),
  );

function readAnswer(text: string): readonly HostOwnership[] | undefined {
  try {
    const answer = OwnershipOutput.safeParse(JSON.parse(text));
    return answer.success ? answer.data.hosts : undefined;
  } catch {
    return undefined;
  }
}
