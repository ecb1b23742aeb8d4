/** What packet filters do: drop, reject in several ways, distinguish sources. */
import { VANTAGES, type VantageId } from '../address-plan.ts';
import type { Place, Site } from '../case.ts';
import { type Family, from, toward } from './packets.ts';

/** Drops everything, or one family or port of it. */
export const drop = (only: { readonly families?: readonly Family[]; readonly port?: number } = {}): Site => ({
  made: `nft drop${only.families === undefined ? '' : ` of IPv${only.families.join('/')}`}${
    only.port === undefined ? '' : ` of port ${only.port}`
  }`,
  firewall: (place) => ({
    forward: toward(place, only.families).map(
      (packets) => `${packets}${only.port === undefined ? '' : ` th dport ${only.port}`} drop`,
    ),
  }),
});

/** Drops what is sent to one of the place's addresses. */
export const dropAddress = (pick: (place: Place) => string | undefined): Site => ({
  made: 'nft drop of one address',
  firewall: (place) => ({ forward: [`ip daddr ${picked(pick, place)} drop`] }),
});

/** Rejects what is sent to one of the place's addresses as a host without a listener does. */
export const resetAddress = (pick: (place: Place) => string | undefined): Site => ({
  made: 'nft reject with tcp reset of one address',
  firewall: (place) => ({
    forward: [`ip daddr ${picked(pick, place)} meta l4proto tcp reject with tcp reset`],
  }),
});

function picked(pick: (place: Place) => string | undefined, place: Place): string {
  const address = pick(place);
  if (address === undefined) throw new Error(`${place.id} has too few addresses`);
  return address;
}

/** The answers on their way back are lost: an outbound rule is missing. */
export const dropAnswers = (): Site => ({
  made: 'nft drop of what the host sends',
  firewall: (place) => ({ forward: from(place).map((packets) => `${packets} drop`) }),
});

export type Rejection =
  | 'tcp reset'
  | 'icmp admin-prohibited'
  | 'icmp port-unreachable'
  | 'icmp host-unreachable'
  | 'icmp net-unreachable'
  | 'icmp host-prohibited'
  | 'icmp net-prohibited'
  | 'icmp prot-unreachable'
  | 'icmpv6 admin-prohibited'
  | 'icmpv6 port-unreachable'
  | 'icmpv6 addr-unreachable'
  | 'icmpv6 no-route'
  | 'icmpv6 policy-fail'
  | 'icmpv6 reject-route';

/** Rejects every packet. */
export const reject = (how: Rejection): Site => ({
  made: `nft reject with ${how}`,
  firewall: (place) => ({
    forward: toward(place, how === 'tcp reset' ? [4, 6] : how.startsWith('icmpv6') ? [6] : [4]).map(
      (packets) => `${packets}${how === 'tcp reset' ? ' meta l4proto tcp' : ''} reject with ${how}`,
    ),
  }),
});

const sources = (ids: readonly VantageId[]): { v4: string; v6: string } => {
  const plans = VANTAGES.filter(({ id }) => ids.includes(id));
  return {
    v4: `{ ${plans.map(({ v4 }) => v4).join(', ')} }`,
    v6: `{ ${plans.flatMap(({ v6 }) => v6 ?? []).join(', ')} }`,
  };
};

/** Only these vantages can connect; packets of others are dropped, or rejected with RST. */
export const allowList = (ids: readonly VantageId[], otherwise = 'drop'): Site => ({
  made: `nft allow-list of ${ids.join(', ')}, else ${otherwise}`,
  firewall: (place) => ({ forward: bySource(place, '!=', ids, otherwise) }),
});

/** These vantages are kept out, as by a geo-block or a reputation list. */
export const denyList = (ids: readonly VantageId[], how = 'drop'): Site => ({
  made: `nft ${how} of the source ${ids.join(', ')}`,
  firewall: (place) => ({ forward: bySource(place, '==', ids, how) }),
});

function bySource(place: Place, operator: string, ids: readonly VantageId[], how: string): string[] {
  const { v4, v6 } = sources(ids);
  return toward(place).map((packets) => {
    const source = packets.startsWith('ip6') ? `ip6 saddr ${operator} ${v6}` : `ip saddr ${operator} ${v4}`;
    return `${packets} meta l4proto tcp ${source} ${how}`;
  });
}
