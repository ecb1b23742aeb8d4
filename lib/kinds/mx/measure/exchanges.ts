/** The MX records of a domain and the addresses of each. */
import type { Resolver } from '../../../net/network-access.ts';
import { exchangeAddresses, lookUpMx } from '../../smtp/measure/mail-exchanges.ts';
import type { MailRoute, MxExchange } from '../observation.ts';

export type FoundExchange = Omit<MxExchange, 'visits' | 'tlsa'>;

export interface FoundRoute
  extends Pick<MailRoute, 'domain' | 'nullMx' | 'nullBeside' | 'implicit' | 'error' | 'doubted' | 'count'> {
  readonly exchanges: readonly FoundExchange[];
  /** What DNS said, for the exchange. */
  readonly text: string;
}

/** Exchanges by preference, with their addresses; of a domain without MX records the domain itself (RFC 5321 §5.1). Never rejects. */
export async function mailRouteOf(name: string, resolver: Resolver): Promise<FoundRoute> {
  const found = await lookUpMx(name, resolver);
  const { domain } = found;
  const base = { domain, nullMx: false, text: found.text };
  switch (found.status) {
    case 'failed':
      return { ...base, exchanges: [], error: found.code, ...(found.doubted && { doubted: true }) };
    case 'null':
      return { ...base, nullMx: true, exchanges: [] };
    case 'none': {
      const own = await withAddresses({ preference: 0, exchange: domain }, resolver);
      return { ...base, implicit: true, exchanges: [own] };
    }
    case 'records':
      return {
        ...base,
        exchanges: await Promise.all(found.records.map((record) => withAddresses(record, resolver))),
        ...(found.nullBeside && { nullBeside: true }),
        ...(found.count > found.records.length && { count: found.count }),
      };
    default:
      return found satisfies never;
  }
}

async function withAddresses(
  record: Pick<MxExchange, 'preference' | 'exchange' | 'literal'>,
  resolver: Resolver,
): Promise<FoundExchange> {
  // No sender dials an address in the place of a name.
  if (record.literal === true) return { ...record, addresses: [] };
  return { ...record, ...(await exchangeAddresses(record.exchange, resolver)) };
}
