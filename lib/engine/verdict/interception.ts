import type { Sentence } from '../../kinds/contract/sentences.ts';
import { verdictSentence as say } from '../../kinds/run-causes/verdict-messages.ts';
import type { AddressVerdict } from './address-verdict.ts';
import { tlsOf } from './peer-proof.ts';

/**
 * A sentence when vantages see different leaf certificates at one address: TLS interception near one of them, or a
 * server with several. `undefined` when all agree. A remark only: several certificates at one address are allowed.
 */
export function interceptionRemark(addressVerdicts: readonly AddressVerdict[]): Sentence | undefined {
  const leavesByAddress = new Map<string, Map<string, string[]>>();
  for (const { address, vantage, decisive } of addressVerdicts) {
    const leaf = tlsOf(decisive.observation)?.chain?.[0]?.fingerprint256;
    if (leaf === undefined) continue;
    const leaves = leavesByAddress.get(address) ?? new Map<string, string[]>();
    leaves.set(leaf, [...(leaves.get(leaf) ?? []), vantage]);
    leavesByAddress.set(address, leaves);
  }
  const differing = [...leavesByAddress].find(([, leaves]) => leaves.size > 1);
  if (differing === undefined) return undefined;
  const [address, leaves] = differing;
  return say.certificatesDiffer({
    address,
    leaves: [...leaves].map(([leaf, vantages]) =>
      say.leaf({ fingerprint: leaf.slice(0, 12), vantages: vantages.join(', ') }),
    ),
  });
}
