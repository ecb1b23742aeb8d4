/** Whether listeners prove hosts of a run that nobody else has proven: whom to ask, and what their answers are worth. */
import { judgeProof, type ListenerProof } from '../../kinds/listener/proof.ts';
import { speechOn } from '../../kinds/listener/speech.ts';
import type { ListenerProofAt } from '../../model/authorisation.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import {
  MOST_LISTENER_ADDRESSES,
  MOST_LISTENER_HOSTS,
  PRIVILEGED_BELOW,
} from '../../model/listener-limits.ts';
import type { ListenerSecret } from '../../model/listener-secret.ts';
import type { ListenerSpeech } from '../../model/vocabulary.ts';
import { isoTime } from '../../net/clock.ts';
import { addressScope } from '../../net/guard.ts';
import { asSystemWrites } from '../../net/ip.ts';
import { printable } from '../../net/printable.ts';
import type { AskedListener, AskListeners, ListenerAnswers, ListenerAsk } from '../ports/listener-asker.ts';
import type { TargetRecord } from '../state/target-record.ts';
import { contactedBy } from '../targets/contacted.ts';
import { coverageOf } from '../targets/coverage.ts';
import { mayBeProven } from '../targets/may-be-proven.ts';
import type { RequestedTarget } from '../targets/read-targets.ts';
import type { ListenerOwnership } from './listener-ownership.ts';

export interface ListenersToAsk {
  readonly runId: string;
  readonly targets: readonly RequestedTarget[];
  readonly records: ReadonlyMap<string, TargetRecord>;
  readonly secret: ListenerSecret;
}

export interface OwnListenerPorts {
  readonly askListeners: AskListeners;
  /** Epoch ms. */
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

/**
 * One challenge to each address of each host that is not proven otherwise, and what it proves. `undefined`: there is no
 * key by which a proof could be judged, or nobody to ask.
 */
export async function ownListeners(
  { runId, targets, records, secret }: ListenersToAsk,
  { askListeners, now, randomHex }: OwnListenerPorts,
): Promise<ListenerOwnership | undefined> {
  const { key, run } = secret;
  if (key === undefined) return undefined;
  const at = now();
  const wanted = listenersToAsk(targets, records, at);
  if (wanted.length === 0) return undefined;
  const asks = wanted
    .flatMap(({ host, place }) => (place === undefined ? [] : [{ host, ...place }]))
    .slice(0, MOST_LISTENER_HOSTS)
    .map(
      (one): ListenerAsk => ({
        ...one,
        run,
        nonces: Array.from({ length: MOST_LISTENER_ADDRESSES }, () => randomHex(16)),
      }),
    );
  const asked = asks.length === 0 ? undefined : await askListeners(asks);
  const proofs: ListenerProofAt[] = [];
  const refused: ListenerOwnership['refused'] = [];
  for (const { host, place } of wanted) {
    const index = asks.findIndex((ask) => ask.host === host);
    const ask = asks[index];
    if (place === undefined || ask === undefined || asked === undefined) {
      const why =
        place === undefined
          ? `none of its ports here is below ${PRIVILEGED_BELOW} and speaks without TLS`
          : `it was not asked, since a run asks ${MOST_LISTENER_HOSTS} hosts at most`;
      refused.push({ host, why });
      continue;
    }
    if (asked.status === 'unavailable') {
      refused.push({ host, why: `it could not be asked: ${asked.message}` });
      continue;
    }
    for (const judged of judgeAnswers(ask, asked.answers[index], key)) {
      if ('why' in judged) refused.push({ host, why: printable(judged.why, MAX_WHY) });
      else proofs.push(judged);
    }
  }
  return { runId, at: isoTime(at), proofs, refused };
}

const MAX_WHY = 300;

interface HostToAsk {
  readonly host: string;
  /** Absent: it has no port that could prove anything. */
  readonly place?: Pick<ListenerAsk, 'port' | 'speech'>;
}

/** Hosts of listener endpoints that nothing on record covers, and the one port of each that is asked. */
function listenersToAsk(
  targets: readonly RequestedTarget[],
  records: ReadonlyMap<string, TargetRecord>,
  now: number,
): HostToAsk[] {
  const byHost = new Map<string, Endpoint[]>();
  for (const { name, endpoints } of targets) {
    const record = records.get(name);
    for (const endpoint of endpoints.filter(mayBeProven)) {
      const [host = ''] = contactedBy(endpoint);
      if (record !== undefined && coverageOf(record, host, now) !== undefined) continue;
      byHost.set(host, [...(byHost.get(host) ?? []), endpoint]);
    }
  }
  return [...byHost].map(([host, endpoints]) => {
    const places = endpoints.flatMap(placeOf).sort((one, other) => rank(one) - rank(other));
    return { host, ...(places[0] && { place: places[0] }) };
  });
}

function placeOf({ port, speech = speechOn(port) }: Endpoint): NonNullable<HostToAsk['place']>[] {
  const inClear = IN_CLEAR[speech];
  return port < PRIVILEGED_BELOW && inClear !== undefined ? [{ port, speech: inClear }] : [];
}

/** A listener takes what its client speaks, also where TLS is usual; on mail ports with TLS from the first byte it doesn't. */
const IN_CLEAR: { readonly [Speech in ListenerSpeech]?: ListenerSpeech } = {
  http: 'http',
  https: 'http',
  line: 'line',
  smtp: 'smtp',
};

/** Plain HTTP first; AWS lets nothing out on port 25. */
const ORDER: readonly ListenerSpeech[] = ['http', 'line', 'smtp'];
const rank = ({ port, speech }: NonNullable<HostToAsk['place']>): number =>
  10 * ORDER.indexOf(speech) + (speechOn(port) === speech ? 0 : 1) + (port === 25 ? 100 : 0);

type Judged = ListenerProofAt | { readonly why: string };

function judgeAnswers(ask: ListenerAsk, answer: ListenerAnswers[number] | undefined, key: string): Judged[] {
  if (answer === undefined || answer.host !== ask.host)
    return [{ why: 'it could not be asked: something else was answered' }];
  if ('seen' in answer) return [{ why: answer.seen }];
  const left = new Set(ask.nonces);
  return answer.asked.map((one): Judged => {
    const place = `${one.address} port ${ask.port}`;
    if (!left.delete(one.nonce)) return { why: `${place}: a challenge that was not given, or twice` };
    if (one.proof === undefined) return { why: `${place}: ${one.seen}` };
    const judged = judgeOne(ask, one, one.proof, key);
    return typeof judged === 'string' ? { why: `${place}: ${judged}` } : judged;
  });
}

/** What was proven, or why nothing was. */
function judgeOne(
  { host, port, run }: ListenerAsk,
  { address, nonce }: AskedListener,
  proof: ListenerProof,
  key: string,
): ListenerProofAt | string {
  const worth = judgeProof(key, { run, nonce }, proof);
  if (worth === 'wrong') return 'the proof is of another challenge, run or code';
  if (worth === 'other-session') return 'something on the way took the test into a TLS session of its own';
  const own = endOf(proof.destination);
  if (own === undefined) return 'the proof names no address and port';
  if (own.port >= PRIVILEGED_BELOW)
    return `the listener itself is on port ${own.port}, which anybody on that machine may open`;
  if (!isSameMachine(address, own.address))
    return `the listener is at ${own.address}: the test was passed on to another machine`;
  return { host, address, port, listenerPort: own.port };
}

/** Its own address; or behind address translation, which only a public address can be, a private one. */
const isSameMachine = (dialled: string, named: string): boolean =>
  asSystemWrites(dialled) === asSystemWrites(named) ||
  (addressScope(dialled) === 'public' && addressScope(named) === 'private');

function endOf(text: string): { address: string; port: number } | undefined {
  const [, six, four, port] = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([0-9.]{7,15})):(\d{1,5})$/.exec(text) ?? [];
  const address = six ?? four;
  return address === undefined ? undefined : { address, port: Number(port) };
}
