/** A look-up's finding, made more exact by what the zone's own name servers say. Without their word nothing changes. */
import type { Finding } from '../../model/finding.ts';
import { atMost } from '../../model/severity-order.ts';
import type { CauseCode } from '../../model/vocabulary.ts';
import { fault, finding, storedText } from '../contract/fault.ts';
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
  const added = faults.filter(({ cause, severity }) => !known.has(cause) || severity === 'fail');
  if (added.length === 0) return found;
  return finding(
    found.state,
    [...found.faults, ...added],
    found.state === 'open' ? storedText(found) : undefined,
  );
}
