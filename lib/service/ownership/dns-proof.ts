import type { Resolver } from '../../net/network-access.ts';
import { printable } from '../../net/printable.ts';
import type { HostOwnership } from '../ports/ownership.ts';
import { provingDomains, rulesBelow } from './domains.ts';
import { txtName, txtValue } from './places.ts';

/** One question for each name, however many hosts are below it. */
export type AskTxt = (name: string) => ReturnType<Resolver['ask']>;

export function createAskTxt({ ask }: Pick<Resolver, 'ask'>): AskTxt {
  const asked = new Map<string, ReturnType<Resolver['ask']>>();
  return (name) => {
    const answer = asked.get(name) ?? ask(name, 'TXT');
    asked.set(name, answer);
    return answer;
  };
}

/** Looks for the record at the host's name and at the domains above it; the nearest counts. */
export async function findTxt(host: string, challenge: string, ask: AskTxt): Promise<HostOwnership> {
  const places = provingDomains(host).flatMap((domain) => {
    const name = txtName(domain);
    return name === undefined ? [] : [{ domain, name }];
  });
  const answers = await Promise.all(
    places.map(async (place) => ({ ...place, answer: await ask(place.name) })),
  );
  const found = answers.find(({ answer }) =>
    answer.records.some((record) => record.trim() === txtValue(challenge)),
  );
  if (found !== undefined) {
    const { domain: at } = found;
    return { host, proven: { method: 'dns-txt', at, below: rulesBelow(at) } };
  }
  return { host, seen: answers.map(({ name, answer }) => `TXT ${name}: ${words(answer, challenge)}`) };
}

const SHOWN = { records: 3, chars: 80 } as const;

function words({ code, records }: Awaited<ReturnType<AskTxt>>, challenge: string): string {
  switch (code) {
    case 'NXDOMAIN':
      return 'no such name';
    case 'NODATA':
      return 'the name is there, but has no TXT record';
    case 'NOERROR': {
      const shown = records.slice(0, SHOWN.records).map((one) => `"${printable(one, SHOWN.chars)}"`);
      const more = records.length > SHOWN.records ? ` and ${records.length - SHOWN.records} more` : '';
      return `${shown.join(', ')}${more}, and not "${txtValue(challenge)}"`;
    }
    case 'TIMEOUT':
      return 'no answer from the name server';
    case 'DEADLINE':
      return 'not asked, because time was up';
    default:
      return `the name server answered ${printable(code, 40)}`;
  }
}
