import type { DnssecResult } from '../../model/dnssec.ts';
import { type Fact, fact } from '../contract/fact.ts';

export function dnssecFacts(dnssec: DnssecResult | undefined): Fact[] {
  if (dnssec === undefined) return [];
  const { status, zone, fault, reason, byResolver } = dnssec;
  const signed =
    fault &&
    `${fault.is}, ${fault.type} of ${fault.owner}${fault.keyTag === undefined ? '' : `, key ${fault.keyTag}`}`;
  const parts = [zone && `zone ${zone}`, signed, reason].filter((part) => part !== undefined);
  return [
    ...fact('DNSSEC', parts.length === 0 ? status : `${status} (${parts.join('; ')})`),
    ...fact('DNSSEC by the resolver', byResolver && `${byResolver.checked}, with CD ${byResolver.unchecked}`),
  ];
}
