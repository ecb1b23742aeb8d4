import type { DnsAnswer, DnsResult } from '../../model/observed.ts';
import type { CauseCode } from '../../model/vocabulary.ts';
import { isAddressType, isLame, isSilence, nameCode } from '../../net/dns-codes.ts';

/** The final answer for each address type: the end of the chain counts more than its start, the second server more than the first. */
export function finalAnswers(dns: DnsResult): DnsAnswer[] {
  const words = new Map<string, DnsAnswer>();
  for (const one of dns.answers) if (isAddressType(one.type)) words.set(one.type, one);
  return [...words.values()];
}

/** The first server's answer about the name, or about the end of its chain, in one code. */
export function wordOf(dns: DnsResult): string {
  return nameCode(finalAnswers({ ...dns, answers: dns.answers.filter(isFirst) }).map(({ code }) => code));
}

const isFirst = (one: DnsAnswer): boolean => one.server === undefined;

export function answeredBy(dns: DnsResult): string {
  return dns.servers[0] ?? 'the resolver';
}

/** The cause of a failure for which the zone is responsible. */
export function lookUpCause(code: string): CauseCode {
  if (isLame(code)) return 'dns.lame';
  if (isSilence(code)) return 'dns.timeout';
  // REFUSED depends on who asks; FORMERR, NOTIMP and a malformed answer mean the same as SERVFAIL.
  return code === 'REFUSED' ? 'dns.refused' : 'dns.servfail';
}
