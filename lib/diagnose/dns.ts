import ipaddr from 'ipaddr.js';
import type { Fault, Finding } from '../model/finding.ts';
import type { DnsAnswer, DnsObservation, DnsResult } from '../model/observation.ts';
import type { CauseCode } from '../model/vocabulary.ts';
import { isDnsAnswer } from '../net/dns-codes.ts';
import type { Diagnose, DiagnosisContext } from './diagnosis-context.ts';
import { fault, finding } from './fault.ts';

/** The name's ladder: what the DNS said, and whether the addresses are the promised and public ones. */
export const diagnoseDns: Diagnose<DnsObservation> = (observation, context) => {
  const { dns } = observation;
  if (dns.serverRefused !== undefined) {
    return finding('inconclusive', [
      fault(
        'prober.address-refused',
        `The DNS server ${dns.servers[0]} is ${dns.serverRefused} and is not asked; no packet was sent.`,
      ),
    ]);
  }
  if (dns.addresses.length === 0) return withoutAddress(dns, context);
  const addresses = dns.addresses.map((one) => one.address).join(', ');
  return finding(
    'open',
    [...refusedAddresses(dns), ...changedAddresses(dns, context), ...failedFamily(dns)],
    dns.given === true ? `${dns.name} is given as ${addresses}` : `${dns.name} resolves to ${addresses}`,
  );
};

function withoutAddress(dns: DnsResult, context: DiagnosisContext): Finding {
  const last = lastWords(dns);
  if (last.some((one) => one.code === 'DEADLINE')) {
    return finding('inconclusive', [
      fault('prober.deadline', `The run ended before ${dns.name} was resolved.`),
    ]);
  }
  if (dns.servers.length === 0) {
    return finding('inconclusive', [
      fault('prober.unavailable', `This vantage knows no DNS server, so ${dns.name} was not resolved.`),
    ]);
  }
  const codes = last.map((one) => one.code);
  const failed = last.find((one) => !isDnsAnswer(one.code));
  const chain = [dns.name, ...dns.cnames].join(' → ');

  const loop = new Set([dns.name, ...dns.cnames]).size <= dns.cnames.length;
  if (loop)
    return broken('dns.dangling-cname', `${dns.name} is an alias that leads back to itself: ${chain}.`);
  if (dns.cnames.length > 0 && failed === undefined) {
    const why = codes.includes('NXDOMAIN') ? 'does not exist' : 'has no address';
    return broken('dns.dangling-cname', `${dns.name} is an alias whose target ${why}: ${chain}.`);
  }
  // One family's NODATA proves that the name exists, whatever the other says (RFC 8020).
  if (codes.includes('NXDOMAIN') && !codes.includes('NODATA')) {
    return broken('dns.nxdomain', `${dns.name} does not exist (NXDOMAIN from ${answeredBy(dns)}).`);
  }
  if (codes.includes('BADNAME')) {
    return broken('dns.nxdomain', `${dns.name} is no valid DNS name (a label is empty or too long).`);
  }
  if (failed !== undefined) return unanswered(dns, failed.code, context);

  const others = dns.answers
    .filter((one) => !isAddress(one) && one.code === 'NOERROR')
    .map((one) => one.type);
  const has = others.length > 0 ? `; it has ${[...new Set(others)].join(', ')}` : '';
  const otherFamily = last.find((one) => one.code === 'NOERROR');
  if (otherFamily !== undefined) {
    return broken(
      'dns.no-address',
      `${dns.name} has no address of the family that was asked for; it has ${otherFamily.type} ${otherFamily.records.join(', ')}.`,
    );
  }
  const summary = `${dns.name} exists but has neither A nor AAAA (NODATA from ${answeredBy(dns)})${has}.`;
  // A domain that serves mail alone is asked about by dns:// with good reason.
  const otherRecordsWanted =
    context.endpoint.kind === 'dns' && others.length > 0 && !context.endpoint.assertions?.addresses;
  return otherRecordsWanted
    ? finding('open', [fault('dns.no-address', summary, { severity: 'warn' })])
    : broken('dns.no-address', summary);
}

/**
 * No server gave an answer. That is held against the name only when a second resolver fails too; and silence only when
 * the first one answered for the root meanwhile, as a dead network of our own is just as silent.
 */
function unanswered(dns: DnsResult, code: string, context: DiagnosisContext): Finding {
  const first = dns.answers.find(
    (one) => isAddress(one) && one.server === undefined && !isDnsAnswer(one.code),
  );
  const firstCode = first?.code ?? code;
  const cause = causeOf(firstCode);
  // A server that is itself the endpoint is heard alone: what it says is what its clients get.
  if (context.endpoint.dnsServer !== undefined && cause !== 'dns.timeout') {
    return broken(cause, `${dns.servers[0]} gives ${firstCode} for ${dns.name}.`);
  }
  const second = dns.secondOpinion;
  const heard =
    second === undefined
      ? 'there is no second resolver to ask'
      : `${second.server} says ${second.code === 'NOERROR' ? 'otherwise' : second.code}`;
  const agreed = second !== undefined && !isDnsAnswer(second.code);
  const silent = cause === 'dns.timeout';
  const alive = dns.control !== undefined && isDnsAnswer(dns.control.code);
  const own = silent && agreed && !alive ? `; ${dns.servers[0]} did not answer for the root either` : '';
  return finding(agreed && (!silent || alive) ? 'broken' : 'inconclusive', [
    fault(cause, `${dns.servers[0] ?? 'The resolver'} gives ${firstCode} for ${dns.name}; ${heard}${own}.`),
  ]);
}

function causeOf(code: string): CauseCode {
  switch (code) {
    case 'REFUSED':
      return 'dns.refused';
    case 'TIMEOUT':
    case 'ECONNREFUSED':
      return 'dns.timeout';
    // SERVFAIL, and what amounts to it: FORMERR, NOTIMP, a malformed reply.
    default:
      return 'dns.servfail';
  }
}

/** Addresses that the guard forbids: a public name that leads there is of no use on the internet. */
function refusedAddresses(dns: DnsResult): Fault[] {
  const refused = dns.refused ?? [];
  if (refused.length === 0 || dns.given === true) return [];
  const list = refused.map((one) => `${one.address} (${one.range})`).join(', ');
  return [
    fault(
      'dns.private-address',
      `${dns.name} resolves to ${list}, which cannot be reached from the internet.`,
    ),
  ];
}

function changedAddresses(dns: DnsResult, context: DiagnosisContext): Fault[] {
  if (dns.given === true) return [];
  const found = new Set(dns.addresses.map((one) => normal(one.address)));
  const { documentedAddresses, assertions } = context.endpoint;
  const faults: Fault[] = [];
  if (assertions?.addresses !== undefined) {
    const wanted = new Set(assertions.addresses.map(normal));
    if (!same(found, wanted)) faults.push(changed(dns.name, found, wanted, 'declared', 'fail'));
  }
  if (documentedAddresses !== undefined) {
    const wanted = new Set(documentedAddresses.map(normal));
    // A page that documents IPv4 alone says nothing about IPv6.
    const families = new Set([...wanted].map((address) => address.includes(':')));
    const comparable = new Set([...found].filter((address) => families.has(address.includes(':'))));
    if (!same(comparable, wanted)) faults.push(changed(dns.name, comparable, wanted, 'documented', 'warn'));
  }
  // The same cause twice says nothing more; the failing one stands.
  return faults.slice(0, 1);
}

function changed(
  name: string,
  found: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
  source: 'declared' | 'documented',
  severity: Fault['severity'],
): Fault {
  return fault(
    'dns.documented-address-changed',
    `${name} resolves to ${[...found].join(', ') || 'no such address'}; ${source} is ${[...wanted].join(', ')}.`,
    { severity },
  );
}

/** One family answered and the other's question failed: half of the clients may wait or fail. */
function failedFamily(dns: DnsResult): Fault[] {
  const failed = dns.answers.find(
    (one) => isAddress(one) && one.server === undefined && !isDnsAnswer(one.code),
  );
  if (failed === undefined || failed.code === 'DEADLINE') return [];
  const second = dns.secondOpinion;
  const heard = second === undefined ? '' : `; ${second.server} says ${second.code}`;
  // A resolver that is silent about the root, too, is out of reach: that is our affair and no fault of the name.
  const outOfReach =
    failed.code === 'TIMEOUT' &&
    second !== undefined &&
    isDnsAnswer(second.code) &&
    dns.control !== undefined &&
    !isDnsAnswer(dns.control.code);
  const own = outOfReach ? `; ${dns.servers[0]} did not answer for the root either` : '';
  return [
    fault(
      causeOf(failed.code),
      `${dns.servers[0]} gives ${failed.code} for the ${failed.type} of ${dns.name}${heard}${own}.`,
      { severity: outOfReach ? 'info' : 'warn' },
    ),
  ];
}

/** The last word on each address type: the end of the chain after its start, the second server after the first. */
function lastWords(dns: DnsResult): DnsAnswer[] {
  const words = new Map<string, DnsAnswer>();
  for (const one of dns.answers) if (isAddress(one)) words.set(one.type, one);
  return [...words.values()];
}

function answeredBy(dns: DnsResult): string {
  const word = lastWords(dns)[0];
  return word?.server ?? dns.servers[0] ?? 'the resolver';
}

function isAddress(answer: DnsAnswer): boolean {
  return answer.type === 'A' || answer.type === 'AAAA';
}

/** One spelling for each address, as people write IPv6 in many ways. */
function normal(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.parse(address).toString() : address.toLowerCase();
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}

function broken(cause: CauseCode, summary: string): Finding {
  return finding('broken', [fault(cause, summary)]);
}
