import type { DnsAnswer, DnsControl } from '../../model/observed.ts';
import { duration } from '../../model/units.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import { type Fact, fact } from '../contract/fact.ts';
import { delegationFacts } from './delegation-facts.ts';
import { dnssecFacts } from './dnssec-facts.ts';
import type { DnsObservation } from './observation.ts';

export function dnsFacts({ dns, delegation, dnssec, caa }: EvidenceOf<DnsObservation>): Fact[] {
  if (dns === undefined) return delegationFacts(delegation);
  const { control, secondControl, secondOpinion, zoneOpinion, unreachable = [] } = dns;
  return [
    ...fact('Name asked for', dns.name),
    ...fact('Asked of', dns.servers.join(', ')),
    ...fact('Aliases (CNAME)', dns.cnames.join(' → ')),
    ...dns.answers.flatMap(answerFact),
    ...(dns.refused ?? []).flatMap(({ address, range }) => fact('Not dialled', `${address}: ${range}`)),
    ...fact('Known names asked of', control && controlWords(control)),
    ...fact('Second resolver', secondOpinion && `${secondOpinion.server}: ${secondOpinion.code}`),
    ...fact('Known names asked of', secondControl && controlWords(secondControl)),
    ...fact(
      `Server of the zone ${zoneOpinion?.zone}`,
      zoneOpinion && `${zoneOpinion.server}: ${zoneOpinion.code}`,
    ),
    ...dnssecFacts(dnssec),
    ...(caa?.steps ?? []).flatMap(({ name, code, records }) =>
      fact('CAA', `${name}: ${records.length > 0 ? records.join(', ') : code}`),
    ),
    ...unreachable.flatMap(({ server, code }) => fact('No way to', `${server}: ${code}`)),
    ...delegationFacts(delegation),
  ];
}

function answerFact({ type, name, server, records, code, ms }: DnsAnswer): Fact[] {
  const of = name === undefined ? '' : ` of ${name}`;
  const by = server === undefined ? '' : `, from ${server}`;
  return fact(`${type}${of}`, `${records.length > 0 ? records.join(', ') : code} (${duration(ms)}${by})`);
}

/** A report of an older version has only the first half. */
const controlWords = ({ server, code, denies }: DnsControl): string =>
  `${server}: ${code} for a name that exists${denies === undefined ? '' : `, ${denies} for one that does not`}`;
