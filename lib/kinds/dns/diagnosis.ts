import ipaddr from 'ipaddr.js';
import type { Fault, Finding } from '../../model/finding.ts';
import type { DnsAnswer, DnsResult } from '../../model/observed.ts';
import type { CauseCode } from '../../model/vocabulary.ts';
import { isAddressType, isDenial, isDnsAnswer, isSilence } from '../../net/dns-codes.ts';
import { isOutOfReach, isUsableControl } from '../../net/dns-control.ts';
import type { Diagnose, DiagnosisContext } from '../contract/diagnosis.ts';
import { fault, finding } from '../contract/fault.ts';
import type { Sentence } from '../contract/sentences.ts';
import { answeredBy, finalAnswers, lookUpCause, wordOf } from './answers.ts';
import { judgeBelief } from './belief.ts';
import { withCaa } from './caa-diagnosis.ts';
import { withDelegation } from './delegation-diagnosis.ts';
import { withDnssec } from './dnssec-diagnosis.ts';
import { dnsSentence as say } from './messages.ts';
import type { DnsObservation } from './observation.ts';

/** The diagnosis of a name: what the DNS said, and whether the addresses are the expected ones and public. */
export const diagnoseDns: Diagnose<DnsObservation> = (observation, context) =>
  withCaa(
    withDelegation(withDnssec(diagnoseLookUp(observation, context), observation), observation),
    observation,
    context.endpoint.assertions?.issuer,
  );

const diagnoseLookUp: Diagnose<DnsObservation> = (observation, context) => {
  const { dns } = observation;
  if (dns.serverRefused !== undefined) {
    return finding('inconclusive', [
      fault(
        'prober.address-refused',
        say.serverRefused({ server: dns.servers[0] ?? '?', range: dns.serverRefused }),
      ),
    ]);
  }
  if (dns.addresses.length === 0) return withoutAddress(dns, context);
  const addresses = dns.addresses.map((one) => one.address).join(', ');
  return finding(
    'open',
    [...refusedAddresses(dns), ...changedAddresses(dns, context), ...failedFamily(dns)],
    dns.given === true
      ? say.given({ name: dns.name, addresses })
      : say.resolves({ name: dns.name, addresses }),
  );
};

function withoutAddress(dns: DnsResult, context: DiagnosisContext): Finding {
  const last = finalAnswers(dns);
  const { name } = dns;
  if (last.some((one) => one.code === 'DEADLINE')) {
    return finding('inconclusive', [fault('prober.deadline', say.deadline({ name }))]);
  }
  if (dns.servers.length === 0) {
    return finding('inconclusive', [fault('prober.unavailable', say.noServer({ name }))]);
  }
  const otherFamily = last.find((one) => one.code === 'NOERROR');
  if (otherFamily !== undefined) {
    return broken(
      'dns.no-address',
      say.otherFamily({ name, type: otherFamily.type, addresses: otherFamily.records.join(', ') }),
    );
  }
  const codes = last.map((one) => one.code);
  if (codes.includes('BADNAME')) {
    return broken('dns.nxdomain', say.badName({ name }));
  }
  const chain = [dns.name, ...dns.cnames].join(' → ');
  const loop = new Set([dns.name, ...dns.cnames]).size <= dns.cnames.length;
  if (loop) return broken('dns.dangling-cname', say.aliasLoop({ name, chain }));

  const code = wordOf(dns);
  if (context.endpoint.dnsServer !== undefined && !isDnsAnswer(code)) return ownWord(dns, code);
  const belief =
    context.endpoint.dnsServer !== undefined ? { is: 'believed' as const, code } : judgeBelief(dns, code);
  switch (belief.is) {
    case 'believed':
      return believed(dns, belief.code, context);
    case 'doubted':
      return finding('inconclusive', [fault(belief.cause, belief.said)]);
    default:
      return belief satisfies never;
  }
}

/** A denial that counts, or a failure that is the zone's. */
function believed(dns: DnsResult, code: string, context: DiagnosisContext): Finding {
  const { name } = dns;
  const chain = [name, ...dns.cnames].join(' → ');
  if (!isDnsAnswer(code)) {
    const said = givenBy(dns, dns.servers[0] ?? '?', code);
    const second = dns.secondOpinion;
    return broken(
      lookUpCause(code),
      second === undefined ? say.says({ said }) : say.saysAnd({ said, remarks: say.secondSays(second) }),
    );
  }
  if (dns.cnames.length > 0) {
    return broken(
      'dns.dangling-cname',
      code === 'NXDOMAIN' ? say.aliasToNothing({ name, chain }) : say.aliasWithoutAddress({ name, chain }),
    );
  }
  const server = answeredBy(dns);
  if (code === 'NXDOMAIN') return broken('dns.nxdomain', say.nxdomain({ name, server }));

  const others = dns.answers
    .filter((one) => !isAddressType(one.type) && one.code === 'NOERROR')
    .map((one) => one.type);
  const said =
    others.length > 0
      ? say.noAddressButOthers({ name, server, types: [...new Set(others)].join(', ') })
      : say.noAddress({ name, server });
  // There are good reasons to check a domain that is used only for mail by dns://.
  const otherRecordsWanted =
    context.endpoint.kind === 'dns' && others.length > 0 && !context.endpoint.assertions?.addresses;
  return otherRecordsWanted
    ? finding('open', [fault('dns.no-address', said, { severity: 'warn' })])
    : broken('dns.no-address', said);
}

/** Of a server that is itself the endpoint, only its own answer counts: that is what its clients get. */
function ownWord(dns: DnsResult, code: string): Finding {
  const server = dns.servers[0] ?? 'The server';
  if (code === 'ECONNREFUSED') {
    return finding('closed', [fault('dns.server-closed', say.serverClosed({ server }))]);
  }
  if (dns.unreachable !== undefined) {
    return finding('inconclusive', [fault('prober.resolver-unfit', say.noWayTo({ server, code }))]);
  }
  if (isSilence(code) || code === 'TRUNCATED') {
    const said =
      code === 'TRUNCATED'
        ? say.onlyServerTruncates({ server, name: dns.name })
        : say.onlyServerSays({ server, code, name: dns.name });
    return finding('inconclusive', [fault('dns.timeout', said)]);
  }
  return broken(lookUpCause(code), say.says({ said: givenBy(dns, server, code) }));
}

/** What a server answers, with the target of a referral. */
function givenBy({ name, answers }: DnsResult, server: string, code: string): Sentence {
  const zone = answers.find((one) => one.code === 'REFERRAL')?.zone;
  return zone === undefined ? say.gives({ server, code, name }) : say.refersTo({ server, code, name, zone });
}

/** Addresses that the guard forbids: a public name that leads there is of no use on the internet. */
function refusedAddresses(dns: DnsResult): Fault[] {
  const refused = dns.refused ?? [];
  if (refused.length === 0 || dns.given === true) return [];
  const list = refused.map((one) => `${one.address} (${one.range})`).join(', ');
  return [fault('dns.private-address', say.privateAddress({ name: dns.name, addresses: list }))];
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
    // A page that documents only IPv4 says nothing about IPv6.
    const families = new Set([...wanted].map((address) => address.includes(':')));
    const comparable = new Set([...found].filter((address) => families.has(address.includes(':'))));
    if (!same(comparable, wanted)) faults.push(changed(dns.name, comparable, wanted, 'documented', 'warn'));
  }
  // The same cause twice adds nothing; the failing one is kept.
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
    changedSentence(name, [...found].join(', '), [...wanted].join(', '), source),
    { severity },
  );
}

/** One family answered and the other's question failed: half of the clients may wait or fail. */
function failedFamily(dns: DnsResult): Fault[] {
  const own = dns.answers.filter((one) => isAddressType(one.type) && one.server === undefined);
  if (dns.secondOpinion?.code === 'NOERROR' && isDenial(wordOf(dns)))
    return deniedByFirst(dns, dns.secondOpinion.server);
  const failed = own.find((one) => !isDnsAnswer(one.code));
  if (failed === undefined) return deniedFamily(dns, own);
  if (failed.code === 'DEADLINE') return [];
  const server = dns.servers[0] ?? 'The resolver';
  const second = dns.secondOpinion;
  const heard = second === undefined ? [] : [say.secondSays(second)];
  const said = say.givesForType({ server, code: failed.code, type: failed.type, name: dns.name });
  // A resolver that fails for what every resolver knows is at fault itself: that is our problem, not the name's.
  const isOwnFault = dns.control !== undefined && dns.control.code !== 'NOERROR';
  if (isOwnFault || failed.code === 'TRUNCATED') {
    const why = isOutOfReach(dns.control)
      ? say.rootSilent({ server })
      : isOwnFault
        ? say.rootToo({ server, code: dns.control?.code ?? '?' })
        : say.noTcp({});
    const remarks = [...heard, why];
    return [fault('prober.resolver-unfit', say.saysAnd({ said, remarks }), { severity: 'info' })];
  }
  const onlySilent = isSilence(failed.code) && (second === undefined || isDnsAnswer(second.code));
  return [
    fault(
      lookUpCause(failed.code),
      heard.length === 0 ? say.says({ said }) : say.saysAnd({ said, remarks: heard }),
      { severity: onlySilent && second ? 'info' : 'warn' },
    ),
  ];
}

/** The first resolver denies what the second one knows: it is unfit, or the name is so new that some still deny it. */
function deniedByFirst(dns: DnsResult, second: string): Fault[] {
  const code = wordOf(dns);
  const said = say.knownBySecond({ server: dns.servers[0] ?? '?', code, name: dns.name, second });
  if (dns.control !== undefined && !isUsableControl(dns.control))
    return [fault('prober.resolver-unfit', say.says({ said }), { severity: 'info' })];
  const cause = code === 'NXDOMAIN' ? 'dns.nxdomain' : 'dns.no-address';
  return [fault(cause, say.notEveryClient({ said }), { severity: 'warn' })];
}

/** RFC 8020: NXDOMAIN for one type says that no other type exists either, which the other family's address disproves. */
function deniedFamily(dns: DnsResult, own: readonly DnsAnswer[]): Fault[] {
  const denied = own.find((one) => one.code === 'NXDOMAIN');
  const there = own.find((one) => one.code === 'NOERROR');
  if (denied === undefined || there === undefined) return [];
  const second = dns.secondOpinion;
  const said = say.givesForTypeButOther({
    server: dns.servers[0] ?? '?',
    code: denied.code,
    type: denied.type,
    name: dns.name,
    other: there.type,
    addresses: there.records.join(', '),
  });
  if (second !== undefined && second.code !== 'NXDOMAIN') {
    const remarks = say.secondSaysFirstAtFault(second);
    return [fault('prober.resolver-unfit', say.saysAnd({ said, remarks }), { severity: 'info' })];
  }
  return [fault('dns.nxdomain-beside-address', say.says({ said }))];
}

/** One spelling for each address, as people write IPv6 in many ways. */
function normal(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.parse(address).toString() : address.toLowerCase();
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}

function changedSentence(
  name: string,
  found: string,
  wanted: string,
  source: 'declared' | 'documented',
): Sentence {
  if (source === 'declared')
    return found === '' ? say.noneAsDeclared({ name, wanted }) : say.notAsDeclared({ name, found, wanted });
  return found === '' ? say.noneAsDocumented({ name, wanted }) : say.notAsDocumented({ name, found, wanted });
}

function broken(cause: CauseCode, said: Sentence): Finding {
  return finding('broken', [fault(cause, said)]);
}
