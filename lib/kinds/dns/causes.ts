import type { CauseGroup } from '../contract/cause.ts';
import { caaCauses } from './caa-causes.ts';
import { delegationCauses } from './delegation-causes.ts';
import { dnssecCauses } from './dnssec-causes.ts';

const apart = { ...delegationCauses, ...dnssecCauses, ...caaCauses };

/** Faults of the name, before any packet to the target. */
const causes: Omit<CauseGroup<'dns'>['causes'], keyof typeof apart> = {
  'dns.nxdomain': {
    code: 'dns.nxdomain',
    summary: 'The name does not exist in the public DNS.',
    proof:
      'The resolver answered NXDOMAIN (response code 3): there is no record of any type at this name or below it. A name ' +
      'that exists in an internal zone only gives the same answer outside. Text that cannot be a DNS name at all (an empty or ' +
      'too long label) counts here, too. It holds when the same resolver knows a name that exists and denies one that does ' +
      "not, and a second resolver or the zone's own server agrees; one server named with --dns is believed without a second.",
    next:
      'Check the spelling. Then create the record in the public zone (not in the internal one of a split DNS), and see ' +
      'that the domain is registered and not expired, and that the delegation points at the servers that hold the zone.',
    references: ['RFC 1035 §4.1.1', 'RFC 2308 §2.1', 'RFC 8020'],
  },
  'dns.no-address': {
    code: 'dns.no-address',
    summary: 'The name exists but has no address.',
    proof:
      'The resolver answered without an error and without A or AAAA records (NODATA). The name has other records (MX, ' +
      'TXT), or names below it exist.',
    next: 'Add an A record (and AAAA if the service has IPv6) at this very name, or a CNAME if the name has no other record.',
    references: ['RFC 2308 §2.2'],
  },
  'dns.servfail': {
    code: 'dns.servfail',
    summary: 'The resolvers could not get an answer from the name servers of the domain.',
    proof:
      'SERVFAIL (response code 2). It holds only when a second resolver says the same; from one alone it can be the ' +
      "resolver's own fault and stays inconclusive. Usual reasons: DNSSEC signatures that do not validate (expired, or a DS " +
      'record of an old key), name servers that do not answer, a lame delegation.',
    next:
      'Ask each authoritative server of the domain directly (dig +norecurse @SERVER NAME), and once with +cd at a validating ' +
      'resolver: an answer with +cd alone means that DNSSEC is broken. Correct the signature, the DS record or the delegation.',
    references: ['RFC 1035 §4.1.1', 'RFC 4035 §5.5', 'RFC 8914 (extended errors)'],
  },
  'dns.refused': {
    code: 'dns.refused',
    summary: 'The DNS server refuses to answer for this name.',
    proof:
      'REFUSED (response code 5). From a resolver it means that it does not serve this client; from an authoritative server ' +
      'that it does not hold the zone: a delegation to a server that was never set up, or is no longer. From one resolver ' +
      'alone it stays inconclusive.',
    next:
      'If the server was given with --dns, it must serve this client. Else compare the NS records at the registrar with the ' +
      'servers that hold the zone.',
    references: ['RFC 1035 §4.1.1', 'RFC 8914 §4.19 and §4.21'],
  },
  'dns.timeout': {
    code: 'dns.timeout',
    summary: 'No DNS server answered for this name in time.',
    proof:
      'No reply, or an ICMP error, to several queries. It is blamed on the name only when a second resolver is silent, too, ' +
      'while the first one answers for the root at the same moment: then the name servers of the domain are silent. ' +
      'A resolver that is silent about the root as well is a fault on our side (prober.resolver-unfit). From one resolver alone, ' +
      'and from the server of dns://SERVER/NAME, silence stays inconclusive.',
    next:
      'Ask another resolver (--dns SERVER). If that answers, fix the first. If none does, see that the authoritative servers ' +
      'are up and that their firewall lets UDP and TCP 53 in.',
    references: ['RFC 1035 §7.2', 'RFC 7766 (TCP is required)'],
  },
  'dns.lame': {
    code: 'dns.lame',
    summary: 'The DNS server that was asked does not hold the zone of the name.',
    proof:
      'It answers without error and without records, is not authoritative, and names the servers of another zone (a ' +
      'referral, usually to the parent or the root), or it gives a response code above 5 such as NOTAUTH. A server to which ' +
      'the zone is delegated and that does so is lame; a server named with --dns or dns://SERVER/NAME is no resolver. Where all ' +
      'name servers of the zone were asked (--delegation, and after a failure), the summary names those that are lame, each ' +
      'with its answer to the question for the SOA: a referral, REFUSED, SERVFAIL, a code above 5, or NOERROR without AA. It is a ' +
      'failure when no server is left that serves the zone, and when a resolver denies an address that one of them has while a ' +
      'lame one answers with what resolvers take for a denial (a referral to the zone itself); else a warning.',
    next:
      'Compare the NS records at the registrar with the servers that hold the zone, and load the zone on those that ' +
      'lack it or take them out of the delegation. If the server was named with --dns: name a resolver there.',
    references: [
      'RFC 9499 §7 (lame delegation)',
      'RFC 2308 §2.2 (referral)',
      'RFC 6895 §2.3 (response codes)',
    ],
  },
  'dns.server-closed': {
    code: 'dns.server-closed',
    summary: 'The address of the DNS server answers that nothing listens on this UDP port.',
    proof:
      'The question to the server of dns://SERVER/NAME was answered with ICMP port-unreachable (ECONNREFUSED). So packets reach ' +
      'the host or its firewall, which rejects instead of dropping; the answer alone does not tell them apart.',
    next:
      'On the server: does the DNS service run, and does it listen on this address and not on 127.0.0.1 alone (ss -lnup)? If it ' +
      'does, look for a firewall rule that rejects.',
    references: ['RFC 1122 §4.1.3.1 (port unreachable)'],
  },
  'dns.dangling-cname': {
    code: 'dns.dangling-cname',
    summary: 'The name is an alias (CNAME) of a name that does not exist, or of itself.',
    proof:
      'A CNAME was found and the name at the end of the chain gives NXDOMAIN, has no address, or the chain is a loop or ' +
      'longer than resolvers follow. The chain is in the evidence. Whoever can register the missing name at the hoster gets ' +
      'all visitors of the alias (subdomain takeover).',
    next: 'Point the CNAME at the present name of the service, or remove it. Treat it as a security matter until then.',
    references: ['RFC 1034 §3.6.2', 'RFC 6604 §3', 'RFC 2308 §2.1'],
  },
  'dns.private-address': {
    code: 'dns.private-address',
    summary: 'The public name leads to an address that cannot be reached over the internet.',
    proof:
      'The name resolves to an address of a range that is not globally routable (the range is in the summary). No packet was ' +
      'sent to it. From inside a company network with split DNS this can be the internal view of a name whose public view ' +
      'is right: ask a public resolver.',
    next:
      'Publish the public address (the outer side of the NAT rule) in the public zone. If this machine sees an internal view, ' +
      'check with --dns and a public resolver; to test the internal address on purpose use --allow-private.',
    references: ['RFC 1918 §5', 'RFC 9499 §6 (split DNS)'],
  },
  'dns.documented-address-changed': {
    code: 'dns.documented-address-changed',
    summary: 'The name resolves to other addresses than the ones documented or declared for it.',
    proof:
      'The addresses found differ from those of the profile (the vendor documents them for allow-lists) or of the assertion ' +
      '"addresses". For an assertion it fails the check; for a vendor page it is a warning: the vendor may have moved.',
    next:
      'If a firewall rule allows the old address, add the new one, or allow by name. If the address is your own (a static ' +
      'address that was promised to the vendor) restore it, or tell the vendor the new one.',
    references: ['RFC 1035 §3.4.1'],
  },
  'dns.nxdomain-beside-address': {
    code: 'dns.nxdomain-beside-address',
    summary:
      'The name has an address of one family, and the question for the other is answered with "no such name".',
    proof:
      'NXDOMAIN says that the name has no record of any type; here one of A and AAAA is answered with an address and the other ' +
      'with NXDOMAIN, where NODATA would be right. Browsers still reach the name by the address. A resolver that keeps the ' +
      'NXDOMAIN may deny the address as well, and Let’s Encrypt may refuse to issue. A second resolver, where there is ' +
      'one, says the same.',
    next:
      'Let the authoritative servers answer NOERROR without records for the missing type. Load balancers that serve DNS by ' +
      'themselves are the usual source: update them, or give the name both records.',
    references: ['RFC 8020 §2', 'RFC 4074 §4.2 (misbehaviour against IPv6 addresses: "name error")'],
  },
};

export const dnsCauses: CauseGroup<'dns'> = {
  title: 'DNS',
  about: 'The name does not lead to an address that can be probed, or to another one than documented.',
  causes: { ...causes, ...apart },
};
