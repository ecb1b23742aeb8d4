import type { Resolver } from '../../../net/network-access.ts';

/** Records of the name that are kept. */
const MAX_RECORDS = 4;

/** The records that ask senders for reports on TLS (RFC 8460 §3); `undefined` where there is none, or no answer. */
export async function tlsRptOf(domain: string, resolver: Resolver): Promise<string[] | undefined> {
  const { code, records } = await resolver.ask(`_smtp._tls.${domain}`, 'TXT');
  const found = code === 'NOERROR' ? records.filter((text) => /^v=TLSRPTv1\s*(;|$)/.test(text)) : [];
  return found.length === 0 ? undefined : found.slice(0, MAX_RECORDS);
}
