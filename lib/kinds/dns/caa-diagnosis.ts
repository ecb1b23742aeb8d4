import type { Fault, Finding } from '../../model/finding.ts';
import { fault, finding } from '../contract/fault.ts';
import { judgeCaa } from './caa.ts';
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
