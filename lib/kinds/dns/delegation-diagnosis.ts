/** A look-up's finding, made more exact by what the zone's own name servers say. Without their word nothing changes. */
import type { Delegation, ServerAddress, ServerWord } from '../../model/delegation.ts';
import type { Fault, Finding } from '../../model/finding.ts';
import { atMost } from '../../model/severity-order.ts';
import type { CauseCode } from '../../model/vocabulary.ts';
import { isDenial } from '../../net/dns-codes.ts';
import { fault, finding, storedText } from '../contract/fault.ts';
import { isAuthoritative, stateOf } from './delegation/server-state.ts';
import { delegationFaults } from './delegation-faults.ts';
import { delegationSentence as say } from './delegation-messages.ts';
import type { DnsObservation } from './observation.ts';

/** What a resolver says, or does not say, where no server of the zone gives it an answer. */
const OF_SERVERS: ReadonlySet<CauseCode> = new Set<CauseCode>([
  'dns.servfail',
  'dns.refused',
  'dns.timeout',
  'dns.lame',
]);

/** What a resolver says that the name, or one of its types, does not exist. */
const DENIED: ReadonlySet<CauseCode> = new Set<CauseCode>(['dns.nxdomain', 'dns.no-address']);

export function withDelegation(found: Finding, { delegation }: Pick<DnsObservation, 'delegation'>): Finding {
  if (delegation === undefined) return found;
  const [gravest, ...rest] = found.faults;
  const { name, zone, end, parent } = delegation;
  if (end === 'not-delegated' && gravest?.cause === 'dns.nxdomain' && parent !== undefined) {
    const said = say.notDelegated({ name, zone, server: parent.server });
    return finding(found.state, [fault('dns.nxdomain', said, { severity: gravest.severity }), ...rest]);
  }
  const failed = found.state !== 'open' && gravest !== undefined && OF_SERVERS.has(gravest.cause);
  const known = new Set(found.faults.map(({ cause }) => cause));
  const faults = delegationFaults(delegation, failed);
  const isProven = faults.some(({ severity }) => severity === 'fail');
  if (failed && isProven) {
    const causes = new Set(faults.map(({ cause }) => cause));
    const others = found.faults.filter(({ cause }) => !causes.has(cause));
    return finding('broken', [...faults, ...atMost('info', others)]);
  }
  const wrongDenial = faults.find((one) => explainsDenial(one, delegation));
  if (wrongDenial !== undefined && gravest !== undefined && !known.has(wrongDenial.cause)) {
    const others = faults.filter((one) => one !== wrongDenial);
    if (found.state === 'broken' && DENIED.has(gravest.cause))
      return finding('broken', [
        { ...wrongDenial, severity: 'fail' },
        ...others,
        ...atMost('info', found.faults),
      ]);
    // The resolver had the address from one server and the denial from another: no server gives both.
    if (
      gravest.cause === 'dns.nxdomain-beside-address' &&
      !faults.some(({ cause }) => cause === gravest.cause)
    )
      return finding('open', [...faults, ...atMost('info', found.faults)], storedText(found));
  }
  const added = faults.filter(({ cause, severity }) => !known.has(cause) || severity === 'fail');
  if (added.length === 0) return found;
  return finding(
    found.state,
    [...found.faults, ...added],
    found.state === 'open' ? storedText(found) : undefined,
  );
}

/** A server of the zone has an address for the name. Does the fault say why a resolver has a denial all the same? */
function explainsDenial({ cause, severity }: Fault, { zone, servers }: Delegation): boolean {
  if (severity !== 'warn') return false;
  const asked = servers.flatMap(({ addresses }) => addresses);
  const isHeld = asked.some(
    (at) => isAuthoritative(at) && wordsOf(at).some(({ code }) => code === 'NOERROR'),
  );
  if (cause === 'dns.answers-differ') return isHeld;
  return (
    isHeld &&
    cause === 'dns.lame' &&
    asked.some((at) => stateOf(at) === 'lame' && wordsOf(at).some((word) => looksLikeDenial(word, zone)))
  );
}

const wordsOf = ({ a, aaaa }: ServerAddress): ServerWord[] => [a, aaaa].flatMap((word) => word ?? []);

/** A referral to the zone itself is no way down, and resolvers take it for NODATA (Unbound does). */
const looksLikeDenial = ({ code, refersTo }: ServerWord, zone: string): boolean =>
  isDenial(code) || (code === 'REFERRAL' && refersTo === zone);
