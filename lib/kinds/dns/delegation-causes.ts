import type { CauseGroup } from '../contract/cause.ts';

type DelegationCode =
  | 'dns.server-dead'
  | 'dns.glue-stale'
  | 'dns.ns-mismatch'
  | 'dns.serials-differ'
  | 'dns.answers-differ'
  | 'dns.tcp-missing'
  | 'dns.edns-black-hole'
  | 'dns.cname-at-apex'
  | 'dns.wildcard';

/** Faults that only the zone's own name servers show: with --delegation, and after a failed look-up. */
export const delegationCauses: Pick<CauseGroup<'dns'>['causes'], DelegationCode> = {
  'dns.server-dead': {
    code: 'dns.server-dead',
    summary: 'A name server of the zone does not answer, or has no address that can be asked.',
    proof:
      'The parent zone or the zone itself names the server. Its address gave no answer by UDP to three questions with EDNS and ' +
      'three without, while another server answered this vantage in the same way at the same time; or its name has no address, or ' +
      'only one that cannot be reached over the internet. One dead server of several is a warning, as resolvers ask the next ' +
      'one and take longer; when none is left, it is a failure.',
    next:
      'Start the DNS service on the server that the summary names and let UDP and TCP 53 in from everywhere; or take its NS ' +
      'record out of the zone and out of the delegation at the registrar.',
    references: ['RFC 2182 §4', 'RFC 1034 §4.2.2', 'RFC 9520 (resolvers remember failures)'],
  },
  'dns.glue-stale': {
    code: 'dns.glue-stale',
    summary: 'The parent zone has an old address of a name server.',
    proof:
      'The referral of a server of the parent zone has an address for the name server (glue) that is not among the addresses ' +
      'that the zone itself gives for it. Resolvers without a cache start with the glue.',
    next: 'Change the host record (glue) of that name server at the registrar to the addresses that the zone has.',
    references: ['RFC 1034 §4.2.1', 'RFC 9471 (glue in referrals)'],
  },
  'dns.ns-mismatch': {
    code: 'dns.ns-mismatch',
    summary: 'The parent zone and the zone itself name different name servers.',
    proof:
      'The NS records in the referral of the parent zone and those that a server of the zone gives with AA differ. Resolvers ' +
      'work with both; a warning where they have no server in common, as then one list is forgotten about.',
    next: 'Make the NS records in the zone and the delegation at the registrar the same.',
    references: ['RFC 1034 §4.2.2', 'RFC 7477 (CSYNC)'],
  },
  'dns.serials-differ': {
    code: 'dns.serials-differ',
    summary: 'The name servers have different versions of the zone.',
    proof:
      'Their SOA records have different serials. During a change that is usual for minutes, and for good with providers that ' +
      'number by themselves. It explains different answers; alone it harms nobody.',
    next: 'If it stays: see why the zone is no longer transferred (NOTIFY, AXFR, TSIG) to the server with the older serial.',
    references: ['RFC 1034 §4.3.5', 'RFC 1982'],
  },
  'dns.answers-differ': {
    code: 'dns.answers-differ',
    summary: 'The name servers of the zone give different answers for the name.',
    proof:
      'The addresses of the name were asked of each server of the zone. A warning where one has an address and another denies ' +
      'it: clients whose resolver asks the latter do not find the name; a failure where the resolver of the check denies it. Different addresses are information: balancers do that.',
    next: 'Bring the zone on the servers that the summary names to the same version, and look at records that are made by hand.',
    references: ['RFC 1034 §4.3.5', 'RFC 2182 §2'],
  },
  'dns.tcp-missing': {
    code: 'dns.tcp-missing',
    summary: 'A name server does not answer by TCP.',
    proof:
      'It answers by UDP. By TCP the connection was refused or brought nothing, while another server answered this vantage by ' +
      'TCP. Resolvers need TCP for every answer that is longer than fits into a datagram (signatures, many records), and some ask so at once.',
    next: 'Let TCP port 53 in to the name server, and let the service listen on it.',
    references: ['RFC 7766 §5', 'RFC 9210 §3.1'],
  },
  'dns.edns-black-hole': {
    code: 'dns.edns-black-hole',
    summary: 'Questions with EDNS, or long answers, get lost between resolvers and a name server.',
    proof:
      'A server that is silent to three questions with EDNS answered one without it; or an answer of more than 512 bytes never ' +
      'came by UDP and did by TCP. Today’s resolvers ask with EDNS and take such a server for dead. A failure when it is so for every server.',
    next:
      'Look at the firewall in front of the name server: DNS inspection with a limit of 512 bytes, or one that drops OPT ' +
      'records or fragments. Raise the limit to 4,096 bytes or turn the inspection off; update very old servers.',
    references: ['RFC 6891 §6.2', 'RFC 8906 §8', 'https://www.dnsflagday.net/2019/'],
  },
  'dns.cname-at-apex': {
    code: 'dns.cname-at-apex',
    summary: 'The zone itself is an alias (CNAME).',
    proof:
      'A server of the zone answers with AA that the zone’s own name is a CNAME. SOA and NS records stand there, too, and no ' +
      'other record may stand beside a CNAME: resolvers that meet the alias first find neither MX nor NS records.',
    next: 'Replace the CNAME by A and AAAA records, or by what the DNS provider has for that (ALIAS, ANAME, flattening).',
    references: ['RFC 1034 §3.6.2', 'RFC 2181 §10.1'],
  },
  'dns.wildcard': {
    code: 'dns.wildcard',
    summary: 'The zone has an address for every name.',
    proof:
      'A name of 20 random characters has an address. So a mistyped name is not found out by the DNS, and a pass of one name ' +
      'does not show that anybody has set it up.',
    next: 'Nothing, if the wildcard is wanted. Else replace it by the names that are in use.',
    references: ['RFC 4592'],
  },
};
