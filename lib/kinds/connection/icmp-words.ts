/** ICMP errors by type and code, in the words of the registries (IANA: icmp-parameters, icmpv6-parameters). */
import type { IcmpError } from '../../model/kernel-evidence.ts';

interface Meaning {
  readonly words: string;
  /** Somebody decided that; the others say that there is no way. */
  readonly refuses?: true;
}

const IPV4: Readonly<Record<string, Meaning>> = {
  '3/0': { words: 'network unreachable' },
  '3/1': { words: 'host unreachable' },
  '3/2': { words: 'protocol unreachable' },
  '3/3': { words: 'port unreachable', refuses: true },
  '3/4': { words: 'fragmentation needed' },
  '3/6': { words: 'network unknown' },
  '3/7': { words: 'host unknown' },
  '3/9': { words: 'network administratively prohibited', refuses: true },
  '3/10': { words: 'host administratively prohibited', refuses: true },
  '3/11': { words: 'network unreachable for this type of service' },
  '3/12': { words: 'host unreachable for this type of service' },
  '3/13': { words: 'communication administratively prohibited', refuses: true },
  '11/0': { words: 'time to live exceeded on the way' },
};

const IPV6: Readonly<Record<string, Meaning>> = {
  '1/0': { words: 'no route to destination' },
  '1/1': { words: 'communication administratively prohibited', refuses: true },
  '1/2': { words: 'beyond scope of source address' },
  '1/3': { words: 'address unreachable' },
  '1/4': { words: 'port unreachable', refuses: true },
  '1/5': { words: 'source address failed ingress/egress policy', refuses: true },
  '1/6': { words: 'reject route to destination', refuses: true },
  '3/0': { words: 'hop limit exceeded on the way' },
};

const meaningOf = ({ version, type, code }: IcmpError): Meaning | undefined =>
  (version === 4 ? IPV4 : IPV6)[`${type}/${code}`];

/** `port unreachable, type 3 code 3`. */
export function icmpWords(icmp: IcmpError): string {
  const numbers = `type ${icmp.type} code ${icmp.code}`;
  const meaning = meaningOf(icmp);
  return meaning === undefined ? numbers : `${meaning.words}, ${numbers}`;
}

/** Does it say that the connection is not wanted? Others say that there is no way to the address. */
export const refuses = (icmp: IcmpError): boolean => meaningOf(icmp)?.refuses === true;
