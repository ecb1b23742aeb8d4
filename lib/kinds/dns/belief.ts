import type { DnsControl, DnsResult } from '../../model/observed.ts';
import type { CauseCode } from '../../model/vocabulary.ts';
import { isDenial, isDnsAnswer, isLame, isSilence } from '../../net/dns-codes.ts';
import { isOutOfReach, isUsableControl } from '../../net/dns-control.ts';
import type { Sentence } from '../contract/sentences.ts';
import { lookUpCause } from './answers.ts';
import { dnsSentence as say } from './messages.ts';

export type Belief =
  /** `code` holds for the name. */
  | { readonly is: 'believed'; readonly code: string }
  /** Nothing is blamed on the name. */
  | { readonly is: 'doubted'; readonly cause: CauseCode; readonly said: Sentence };

/**
 * Can what the first resolver says about a name without addresses be trusted? It counts when that resolver knows a name
 * that exists and denies one that does not, and a second such resolver or the zone's own server agrees. A single server that
 * the user named is trusted without a second answer when it denies, or refers us elsewhere: the user asked for its answer.
 *
 * @param code the first resolver's code, which is not one with an address
 */
export function judgeBelief(dns: DnsResult, code: string): Belief {
  const server = dns.servers[0] ?? 'The resolver';
  const { secondOpinion: second, zoneOpinion: zone, control } = dns;
  const said = say.gives({ server, code, name: dns.name });
  const unfit = (why: Sentence): Belief => ({
    is: 'doubted',
    cause: 'prober.resolver-unfit',
    said: say.saysAnd({ said, remarks: why }),
  });

  if ((dns.unreachable?.length ?? 0) >= dns.servers.length && dns.unreachable !== undefined) {
    const list = dns.unreachable.map((one) => `${one.server} (${one.code})`).join(', ');
    return unfit(say.noWayToAll({ servers: list }));
  }
  if (code === 'TRUNCATED') return unfit(say.truncated({}));
  const onlyChosenServer = dns.serversChosen === true && second === undefined;
  // A referral concerns only that server and does not claim that the name doesn't exist.
  if (isLame(code) && onlyChosenServer) return { is: 'believed', code };
  if (control !== undefined && !isUsableControl(control)) return unfit(whyUnfit(server, control));

  const secondIsUsable = dns.secondControl === undefined || isUsableControl(dns.secondControl);
  if (second !== undefined && agree(code, second.code) && secondIsUsable)
    return { is: 'believed', code: stronger(code, second.code) };
  if (zone !== undefined && isDenial(code) && isDenial(zone.code))
    return { is: 'believed', code: stronger(code, zone.code) };
  // A prober of an older version did not ask about a name that must exist; its answers are judged as they were then.
  if (isDenial(code) && (onlyChosenServer || control === undefined)) return { is: 'believed', code };

  if (zone !== undefined) return unfit(say.zoneSays({ server: zone.server, code: zone.code }));
  if (second !== undefined && dns.secondControl !== undefined && !secondIsUsable && agree(code, second.code))
    return unfit(whyUnfit(second.server, dns.secondControl));
  if (isDenial(code)) {
    return unfit(say.noneOfZone({ heard: heardOf(second) }));
  }
  return {
    is: 'doubted',
    cause: lookUpCause(code),
    said: say.saysAnd({ said, remarks: heardOf(second) }),
  };
}

const heardOf = (second: DnsResult['secondOpinion']): Sentence =>
  second === undefined ? say.noSecond({}) : say.secondSays(second);

/** Both kinds of denial say that there is no address; all kinds of failure leave it unknown. */
function agree(one: string, other: string): boolean {
  return isDenial(one) ? isDenial(other) : !isDnsAnswer(other);
}

/** RFC 8020: a server that has seen the name knows more than one that denies it. */
function stronger(one: string, other: string): string {
  return isDenial(one) && other === 'NODATA' ? other : one;
}

function whyUnfit(server: string, control: DnsControl): Sentence {
  if (isOutOfReach(control)) return say.rootSilent({ server });
  if (control.code !== 'NOERROR') return say.comAndRootToo({ server, code: control.code });
  return isSilence(control.denies ?? '')
    ? say.silentOnNothing({ server })
    : say.deniesNothing({ server, code: control.denies ?? 'not asked' });
}
