import type { DnssecFault } from '../../model/dnssec.ts';
import type { Fault, Finding } from '../../model/finding.ts';
import type { CauseCode } from '../../model/vocabulary.ts';
import { fault, finding } from '../contract/fault.ts';
import type { Sentence } from '../contract/sentences.ts';
import { wordOf } from './answers.ts';
import { dnssecSentence as say } from './dnssec-messages.ts';
import type { DnsObservation } from './observation.ts';

/**
 * The finding, with what is wrong with the signatures: why a name has no address for validating resolvers, or that it has one for
 * the others alone.
 */
export function withDnssec(found: Finding, observation: DnsObservation): Finding {
  const wrong = faultOf(observation);
  if (wrong === undefined) return found;
  const { dns } = observation;
  if (dns.addresses.length > 0) return finding(found.state, [wrong, ...found.faults]);
  // Only SERVFAIL is how a resolver says it.
  if (wordOf(dns) !== 'SERVFAIL') return found;
  return finding('broken', [wrong]);
}

function faultOf({ dns, dnssec }: DnsObservation): Fault | undefined {
  if (dnssec?.fault !== undefined) {
    const what = say.refused({ what: sentenceOf(dnssec.fault), name: dns.name });
    return fault(CAUSES[dnssec.fault.is], what);
  }
  const { byResolver } = dnssec ?? {};
  if (byResolver?.checked !== 'SERVFAIL' || byResolver.unchecked !== 'NOERROR') return undefined;
  return fault(
    'dns.dnssec-bogus',
    say.byResolver({ server: dns.servers[0] ?? 'The resolver', name: dns.name, ...byResolver }),
  );
}

const CAUSES: Readonly<Record<DnssecFault['is'], CauseCode>> = {
  expired: 'dns.dnssec-expired',
  'ds-mismatch': 'dns.dnssec-ds-mismatch',
  'not-yet-valid': 'dns.dnssec-bogus',
  unsigned: 'dns.dnssec-bogus',
  'no-key': 'dns.dnssec-bogus',
  invalid: 'dns.dnssec-bogus',
  denial: 'dns.dnssec-bogus',
  excess: 'dns.dnssec-bogus',
};

function sentenceOf({
  is,
  zone,
  owner,
  type,
  keyTag = 0,
  at = '?',
  ds = [],
  keys = [],
}: DnssecFault): Sentence {
  switch (is) {
    case 'expired':
      return say.expired({ owner, type, keyTag: String(keyTag), at });
    case 'not-yet-valid':
      return say.notYetValid({ owner, type, keyTag: String(keyTag), at });
    case 'ds-mismatch':
      return keys.length === 0
        ? say.dsWithoutKeys({ zone, ds: ds.join(', ') })
        : say.dsMismatch({ zone, ds: ds.join(', '), keys: keys.join(', ') });
    case 'unsigned':
      return say.unsigned({ zone, owner, type });
    case 'no-key':
      return say.noKey({ zone, owner, type, keyTag: String(keyTag) });
    case 'invalid':
      return say.invalid({ owner, type, keyTag: String(keyTag) });
    case 'denial':
      return say.denial({ zone, owner, type });
    case 'excess':
      return say.excess({ zone, owner, type });
    default:
      return is satisfies never;
  }
}
