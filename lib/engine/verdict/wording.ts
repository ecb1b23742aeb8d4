/** Sentences for a firewall administrator who wants proof: who saw it, from which address, when, what was sent and received. */
import { type Sentence, sentenceOf } from '../../kinds/contract/sentences.ts';
import { descriptorOf } from '../../kinds/descriptors.ts';
import { verdictSentence as say } from '../../kinds/run-causes/verdict-messages.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { Finding } from '../../model/finding.ts';
import type { VantageFacts } from '../../model/plan.ts';
import type { VantagePosition } from '../../model/position.ts';
import { isIP } from '../../net/ip.ts';
import { fixedSource, sourceBySocket } from '../../net/source.ts';
import type { AddressVerdict } from './address-verdict.ts';
import type { Group } from './family-groups.ts';
import { placeOf } from './standing.ts';
import type { VantageOutcome } from './vantage.ts';
import { type Agreement, VANTAGES_FOR_ANYWHERE } from './vantages.ts';

/** `2026-03-01 09:30:05 UTC`. */
const utc = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** What a fault or finding says, with a full stop where the text, which may end with the peer's own text, has none. */
export function asSentence(said: Pick<Finding, 'summary' | 'message'>): Sentence {
  const sentence = sentenceOf(said) ?? say.words({ words: said.summary });
  return /[.!?…]$/.test(sentence.text) ? sentence : say.said({ said: sentence });
}

/** `local (source 198.51.100.7)`: the address that a firewall's log shows, where it is known. */
function vantagePhrase({ decisive, vantage }: AddressVerdict, facts: VantageFacts | undefined): Sentence {
  const { localAddress, localPort, address } = decisive.observation;
  const own = sourceBySocket(localAddress, address);
  const source = fixedSource(facts?.sourceAddress, address) ?? own;
  if (source === undefined) {
    const seen = facts?.seenAs?.find((one) => isIP(one.address) === isIP(address));
    return seen === undefined
      ? say.vantage({ vantage })
      : say.vantageSeenAs({ vantage, source: seen.address });
  }
  // Address translation changes the port together with the address.
  return source !== own || localPort === undefined
    ? say.vantageWithSource({ vantage, source })
    : say.vantageWithSourcePort({ vantage, source, port: localPort });
}

/** Which control proves that the silence is the target's. */
function controlPhrase(
  endpoint: Endpoint,
  addressVerdict: AddressVerdict,
  facts: VantageFacts | undefined,
): Sentence[] {
  if (addressVerdict.decisive.finding.state !== 'filtered') return [];
  const { transport } = descriptorOf(endpoint.kind);
  const control = facts?.controls.find(
    (one) =>
      one.ok &&
      one.port === endpoint.port &&
      one.family === (addressVerdict.family ?? 4) &&
      (one.transport ?? 'tcp') === transport,
  );
  return control === undefined ? [] : [say.control({ control: control.target, time: utc(control.at) })];
}

/** The last lines of each side, where both used a protocol. */
function lastExchange({ decisive }: AddressVerdict): Sentence[] {
  const { exchange } = decisive.observation;
  const last = (wanted: 'sent' | 'received'): string | undefined => {
    const line = exchange.findLast(({ dir }) => dir === wanted);
    return line && cut(line.text, 80);
  };
  const sent = last('sent');
  const received = last('received');
  if (sent === undefined) return received === undefined ? [] : [say.lastReceived({ received })];
  return [received === undefined ? say.lastSent({ sent }) : say.lastWords({ sent, received })];
}

/** `Seen from local (source 198.51.100.7) at 203.0.113.10 on 2026-03-01 09:30:05 UTC, 2 of 2 attempts; our control … answered at …`. */
export function evidenceSentence(
  endpoint: Endpoint,
  addressVerdict: AddressVerdict,
  facts: VantageFacts | undefined,
): Sentence {
  const { address, failures, attempts, expect, verdict, aboutName, decisive } = addressVerdict;
  const several = failures > 0 && attempts > 1;
  const details = [
    ...(several
      ? [(expect === 'open' ? say.attemptsFailed : say.attemptsAnswered)({ failures, attempts })]
      : []),
    ...(verdict === 'fail' && !aboutName ? lastExchange(addressVerdict) : []),
    ...controlPhrase(endpoint, addressVerdict, facts),
  ];
  const vantage = vantagePhrase(addressVerdict, facts);
  const time = utc(decisive.observation.startedAt);
  return address === ''
    ? say.seenFrom({ vantage, time, details })
    : say.seenFromAt({ vantage, address, port: endpoint.port, time, details });
}

/** Says that, and when, a failure was not seen again. */
export function flapSentence(addressVerdict: AddressVerdict): Sentence {
  const { address, vantage, failures, attempts, failedOnce, decisive } = addressVerdict;
  if (failedOnce === undefined)
    return address === ''
      ? say.disagreed({ vantage, failures, attempts })
      : say.disagreedAt({ address, vantage, failures, attempts });
  const failed = utc(failedOnce.observation.startedAt);
  const passed = utc(decisive.observation.startedAt);
  return address === ''
    ? say.notRepeated({ vantage, failed, passed })
    : say.notRepeatedAt({ address, vantage, failed, passed });
}

/** What is said when nothing is wrong, from the observation's own summary. */
export function passSentence({ id }: Endpoint, { decisive, expect }: AddressVerdict): Sentence {
  const { finding } = decisive;
  const seen = finding.summary === '' ? say.was({ endpoint: id, state: finding.state }) : asSentence(finding);
  return expect === 'closed' ? say.notReachable({ seen }) : seen;
}

const list = (names: readonly string[]): string =>
  names.length > 8 ? `${names.slice(0, 8).join(', ')}, …` : names.join(', ');

/** What the claim covers: from which vantages it was seen and whether they are enough for "anywhere". */
export function scopeSentences({ agreement, expect, outcomes, family }: Group): Sentence[] {
  const { uncounted, spread } = agreement;
  const over = (said: Sentence): Sentence => (family === undefined ? said : say.overFamily({ family, said }));
  const vantages = outcomes
    .filter(({ vantage }) => uncounted.includes(vantage))
    .map(({ vantage, faults }) => (faults[0] === undefined ? vantage : `${vantage} (${faults[0].cause})`));
  if (spread === 'unknown') {
    if (family !== undefined) return [over(say.noVantageCounts({ vantages: list(vantages) }))];
    return outcomes.length > 1 ? [say.noVantageCounts({ vantages: list(uncounted) })] : [];
  }
  const said = over(spreadSentence({ ...agreement, spread }, expect, outcomes.length));
  return uncounted.length === 0 ? [said] : [said, say.notCounted({ vantages: list(vantages) })];
}

const WHERE = {
  inside: say.inside,
  'allow-listed': say.onAllowList,
  internet: say.onInternet,
} as const satisfies Record<VantagePosition, unknown>;

/** What vantages saw whose word decides nothing, because of where they are: told, so that nobody has to guess. */
export function besideSentences(
  { expect }: Pick<Endpoint, 'expect'>,
  beside: readonly VantageOutcome[],
  facts: ReadonlyMap<string, VantageFacts>,
): Sentence[] {
  const places = [...new Set(beside.map(({ vantage }) => placeOf(vantage, facts)))];
  return places.flatMap((place) => {
    const own = beside.filter(({ vantage }) => placeOf(vantage, facts) === place);
    const counted = own.filter(({ verdict, reachable }) => reachable || verdict !== 'inconclusive');
    const where = (place === undefined ? say.noPosition : WHERE[place])({});
    const told = (
      among: readonly VantageOutcome[],
      sentence: (filling: { vantages: string; where: Sentence }) => Sentence,
    ): Sentence[] =>
      among.length === 0
        ? []
        : [sentence({ vantages: list(among.map(({ vantage }) => vantage).sort()), where })];
    const isOpen = expect === 'open';
    return [
      ...told(
        counted.filter(({ reachable }) => reachable),
        isOpen ? say.besideReach : say.besideReachClosed,
      ),
      ...told(
        counted.filter(({ reachable }) => !reachable),
        isOpen ? say.besideFail : say.besideClosed,
      ),
      ...told(
        own.filter((one) => !counted.includes(one)),
        say.besideSilent,
      ),
    ];
  });
}

type KnownSpread = Exclude<Agreement['spread'], 'unknown'>;

function spreadSentence(
  { passing, failing, spread }: Agreement & { readonly spread: KnownSpread },
  expect: Endpoint['expect'],
  asked: number,
): Sentence {
  const count = passing.length + failing.length;
  const few = fewSentence([...passing, ...failing], asked);
  switch (spread) {
    case 'all': {
      const filling = { count, vantages: list(passing) };
      return few ?? (expect === 'open' ? say.reachableFromAll(filling) : say.notReachableFromAll(filling));
    }
    case 'none':
      return few ?? say.sameFromAll({ count, vantages: list(failing) });
    case 'outlier':
      return say.outlier({ failing: list(failing), passing: list(passing) });
    case 'some': {
      const filling = { failing: list(failing), passing: list(passing) };
      return expect === 'open' ? say.fromSome(filling) : say.openToSome(filling);
    }
    default:
      return spread satisfies never;
  }
}

/** One or two vantages prove nothing about the rest of the internet, and the report says so. */
function fewSentence(counted: readonly string[], asked: number): Sentence | undefined {
  if (counted.length >= VANTAGES_FOR_ANYWHERE || counted.length === 0) return undefined;
  const vantages = list(counted);
  if (counted.length > 1) return say.twoVantages({ vantages });
  return asked > 1 ? say.oneVantageNamed({ vantages }) : say.oneVantage({});
}
