import type { Cell } from './cell.ts';
import { tlsOf } from './peer-proof.ts';

/**
 * A sentence when vantages see different leaf certificates at one address: TLS interception near one of them, or a
 * server with several. `undefined` when all agree. A remark only: several certificates behind one address are legal.
 */
export function interceptionRemark(cells: readonly Cell[]): string | undefined {
  const leavesByAddress = new Map<string, Map<string, string[]>>();
  for (const { address, vantage, decisive } of cells) {
    const leaf = tlsOf(decisive.observation)?.chain?.[0]?.fingerprint256;
    if (leaf === undefined) continue;
    const leaves = leavesByAddress.get(address) ?? new Map<string, string[]>();
    leaves.set(leaf, [...(leaves.get(leaf) ?? []), vantage]);
    leavesByAddress.set(address, leaves);
  }
  const differing = [...leavesByAddress].find(([, leaves]) => leaves.size > 1);
  if (differing === undefined) return undefined;
  const [address, leaves] = differing;
  const seen = [...leaves].map(([leaf, vantages]) => `${leaf.slice(0, 12)}… from ${vantages.join(', ')}`);
  return `The leaf certificate of ${address} differs between vantages (SHA-256 ${seen.join('; ')}): TLS interception near one of them, or a server with several certificates.`;
}
