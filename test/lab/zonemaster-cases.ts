/** Which test cases of Zonemaster's published specification the walk to a zone's name servers covers, and which not, and why. */

/** https://github.com/zonemaster/zonemaster, docs/public/specifications/tests/ImplementedTestCases.md, read 2026-11. */
const CASES: readonly (readonly [id: string, about: string, here: string])[] = [
  ['Basic01', 'the parent zone', 'covered: the zone above and its referral are in the evidence'],
  ['Basic02', 'one working name server', 'covered: dns.server-dead, dns.lame'],
  [
    'Basic03',
    'an address in spite of a broken delegation',
    'covered: the resolvers’ look-up stands beside the walk',
  ],
  [
    'Address01',
    'addresses that are globally reachable',
    'covered: dns.server-dead, and no packet goes there',
  ],
  ['Address02, 03', 'reverse names of name servers', 'not: no client asks for them'],
  ['Connectivity01', 'UDP', 'covered: dns.server-dead, dns.edns-black-hole'],
  ['Connectivity02', 'TCP', 'covered: dns.tcp-missing'],
  ['Connectivity03, 04', 'several networks', 'not: redundancy, which needs a list of networks'],
  ['Consistency01', 'SOA serials', 'covered: dns.serials-differ, as information'],
  ['Consistency02, 03, 06', 'other fields of the SOA', 'not: no client uses them'],
  [
    'Consistency04',
    'NS records',
    'covered between parent and zone: dns.ns-mismatch; one server’s list is compared',
  ],
  ['Consistency05', 'glue and the zone’s own addresses', 'covered: dns.glue-stale'],
  ['Delegation01, 02', 'how many name servers', 'not: redundancy, no fault'],
  ['Delegation03', 'referrals that fit into a datagram', 'not: a truncated one is asked for by TCP'],
  ['Delegation04', 'authoritative answers', 'covered: dns.lame'],
  [
    'Delegation05',
    'a name server that is an alias',
    'not: its addresses are found all the same, as resolvers do',
  ],
  ['Delegation06', 'a SOA record', 'covered: dns.lame, where a server has none'],
  ['Delegation07', 'servers of the parent in the zone', 'covered: dns.ns-mismatch'],
  ['Nameserver01', 'no recursion', 'not: ra is in the evidence and harms no visitor'],
  [
    'Nameserver02',
    'EDNS',
    'covered where it is lost: dns.edns-black-hole; an error code is asked again without',
  ],
  ['Nameserver03', 'zone transfer', 'not: no matter of reachability'],
  [
    'Nameserver04',
    'answers from the address that was asked',
    'covered: others are not taken, so the server counts as silent',
  ],
  ['Nameserver05', 'questions for AAAA', 'covered: dns.nxdomain-beside-address, dns.answers-differ'],
  ['Nameserver06', 'names of name servers resolve', 'covered: dns.server-dead, where they do not exist'],
  ['Nameserver07', 'referrals upwards', 'covered: dns.lame; none is followed'],
  ['Nameserver08, 09', 'upper and lower case', 'not by the walk: the look-up asks in mixed case'],
  ['Nameserver10 to 12', 'unknown EDNS versions, options, flags', 'not: no resolver sends them'],
  ['Nameserver13', 'truncation with EDNS', 'not: only whether a long answer arrives'],
  ['Nameserver15', 'the software’s version', 'not: no matter of reachability'],
  ['Syntax01 to 08', 'characters of names', 'not: a name that can’t be asked for is dns.nxdomain'],
  ['Zone01 to 07, 10', 'fields of the SOA', 'not: they concern the zone’s own servers'],
  ['Zone08, 09, 11', 'MX and SPF', 'not by the walk: mail has checks of its own'],
  ['DNSSEC01 to 18', 'signatures', 'not by the walk, which validates nothing'],
];

export const ZONEMASTER = `[Zonemaster](https://github.com/zonemaster/zonemaster) publishes what it tests of a delegation. This is not made in the
laboratory: it says which of its test cases \`--delegation\` covers. What is left out harms no visitor, or is a matter of redundancy or taste. A walk
asks one server of the parent zone, not all.`;

export const zonemasterRows = (): string[][] => CASES.map((row) => [...row]);
