import type { Fault, Finding } from '../../model/finding.ts';
import { fault, finding } from '../contract/fault.ts';
import type { Sentence } from '../contract/sentences.ts';
import { type CaaLimits, judgeCaa } from './caa.ts';
import { caaSentence as say } from './caa-messages.ts';
import type { DnsObservation } from './observation.ts';

/** The finding, with what the CAA records forbid the authority that the endpoint names. */
export function withCaa(found: Finding, observation: DnsObservation, issuer: string | undefined): Finding {
  const wrong = issuer === undefined ? undefined : caaFault(observation, issuer);
  return wrong === undefined ? found : finding(found.state, [wrong, ...found.faults]);
}

function caaFault({ caa, dns, late }: DnsObservation, issuer: string): Fault | undefined {
  if (caa === undefined) return undefined;
  const { name } = dns;
  const word = judgeCaa(caa, issuer, name.startsWith('*.'));
  switch (word.is) {
    case 'allowed':
      // Whether account and method are those of the ACME client, the client alone knows.
      return word.limits === undefined || word.by === undefined
        ? undefined
        : fault('dns.caa-limits', say.limited({ name, issuer, at: word.by, limits: limitsIn(word.limits) }));
    case 'unknown':
      return undefined;
    case 'no-answer': {
      // Where the resolver has no address either, it is more than CAA that fails, and the look-up's own cause says so.
      const isCaaAlone = dns.addresses.length > 0 && late === undefined && word.code !== 'DEADLINE';
      return isCaaAlone
        ? fault('dns.caa-servfail', say.noAnswer({ name, issuer, at: word.at, code: word.code }))
        : undefined;
    }
    case 'critical':
      return fault('dns.caa-forbids', say.critical({ name, issuer, at: word.at, tag: word.tag }));
    case 'forbidden':
      return fault(
        'dns.caa-forbids',
        word.allowed.length === 0
          ? say.forbidsAll({ name, issuer, at: word.at })
          : say.forbids({ name, issuer, at: word.at, allowed: [...new Set(word.allowed)].join(', ') }),
      );
    default:
      return word satisfies never;
  }
}

function limitsIn(all: readonly CaaLimits[]): Sentence | string {
  const words = all.map(({ account, methods }) => {
    if (account === undefined) return say.byMethods({ methods: namesOf(methods) });
    return methods === undefined
      ? say.forAccount({ account })
      : say.forAccountByMethods({ account, methods: namesOf(methods) });
  });
  const last = words.at(-1);
  if (last === undefined) return '';
  return words.length === 1 ? last : say.eitherLimit({ first: words.slice(0, -1), last });
}

const namesOf = (methods: readonly string[] = []): string => methods.slice(0, 8).join(', ');
