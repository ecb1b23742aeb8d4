/** The report on one endpoint: its verdict in words, with the proof and what to do. Pure. */
import type { Sentence } from '../../kinds/contract/sentences.ts';
import { verdictSentence as say } from '../../kinds/run-causes/verdict-messages.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { Fault } from '../../model/finding.ts';
import type { VantageFacts } from '../../model/plan.ts';
import { atMost } from '../../model/severity-order.ts';
import type { EndpointReport } from '../report-schema.ts';
import { type AddressVerdict, inOrder } from './address-verdict.ts';
import { clientsOfEndpoint } from './clients-of-endpoint.ts';
import { fixRules, fixText } from './fix.ts';
import { interceptionRemark } from './interception.ts';
import type { JudgedObservation } from './judged.ts';
import { type Judgement, judgementOn } from './judgement.ts';
import { causeAndRest, toReportObservation } from './report-observation.ts';
import { isAlive } from './vantage.ts';
import {
  asSentence,
  besideSentences,
  evidenceSentence,
  flapSentence,
  passSentence,
  scopeSentences,
} from './wording.ts';

export type { JudgedObservation } from './judged.ts';

/** The address that shows a fault best: one that failed because of it, at a vantage that counts. */
function addressShowing(
  mostSerious: Fault,
  addressVerdicts: readonly AddressVerdict[],
): AddressVerdict | undefined {
  const carriers = addressVerdicts.filter(({ faults }) =>
    faults.some(({ cause }) => cause === mostSerious.cause),
  );
  const dead = addressVerdicts.filter(
    (addressVerdict) => addressVerdict.verdict === 'fail' && !isAlive(addressVerdict),
  );
  const candidates =
    carriers.length > 0
      ? carriers
      : mostSerious.cause === 'tcp.some-addresses-dead'
        ? dead
        : addressVerdicts.filter(isAlive);
  return (
    candidates.find(({ faults }) => faults.some(({ summary }) => summary === mostSerious.summary)) ??
    candidates.find(({ verdict }) => verdict === 'fail') ??
    candidates[0]
  );
}

/** The address that represents an endpoint without faults: an address rather than the name. */
const addressShowingSuccess = (addressVerdicts: readonly AddressVerdict[]): AddressVerdict | undefined =>
  addressVerdicts.find(({ verdict, aboutName }) => verdict === 'pass' && !aboutName) ?? addressVerdicts[0];

/** The sentences of the summary: first what is wrong, or that nothing is; then what proves it, and from where it was seen. */
function sentencesOn(
  endpoint: Endpoint,
  { verdict, faults, groups, beside, facts: vantages }: Judgement,
): Sentence[] {
  const addressVerdicts = groups.flatMap(({ outcomes }) =>
    outcomes.flatMap((outcome) => outcome.addressVerdicts),
  );
  const mostSerious = verdict === 'pass' ? undefined : faults[0];
  const addressVerdict =
    mostSerious === undefined
      ? addressShowingSuccess(addressVerdicts)
      : addressShowing(mostSerious, addressVerdicts);
  const unjudged = faults.find(
    ({ cause, severity }) =>
      severity === 'info' && (cause === 'prober.no-ipv6' || cause === 'prober.egress-blocked'),
  );
  const flap = addressVerdicts.find(({ flapped }) => flapped);
  const interception = interceptionRemark(addressVerdicts);
  return [
    ...(mostSerious !== undefined
      ? [asSentence(mostSerious)]
      : addressVerdict === undefined
        ? []
        : [passSentence(endpoint, addressVerdict)]),
    ...(flap === undefined ? [] : [flapSentence(flap)]),
    ...(addressVerdict === undefined
      ? []
      : [evidenceSentence(endpoint, addressVerdict, vantages.get(addressVerdict.vantage))]),
    ...groups.flatMap(scopeSentences),
    ...besideSentences(endpoint, beside, vantages),
    ...(unjudged === undefined || unjudged === mostSerious ? [] : [asSentence(unjudged)]),
    ...(interception === undefined ? [] : [interception]),
    ...(endpoint.level === 'recommended' && verdict === 'warn' && mostSerious?.severity === 'fail'
      ? [say.recommended({})]
      : []),
  ];
}

/** Judges an endpoint (`judgementOn`) and writes its report. The order of `judged` and of `vantages` changes nothing. */
export function judgeEndpoint(
  endpoint: Endpoint,
  judged: readonly JudgedObservation[],
  vantages: readonly VantageFacts[],
): EndpointReport {
  const judgement = judgementOn(endpoint, judged, vantages);
  const { verdict, faults, addressVerdicts, facts } = judgement;
  const codes = verdict === 'pass' ? causeAndRest(atMost('info', faults), false) : causeAndRest(faults, true);
  const side = codes.cause === undefined ? undefined : faults[0]?.side;
  const troubled = addressVerdicts.filter((addressVerdict) => addressVerdict.verdict !== 'pass');
  const fix = codes.cause === undefined ? undefined : fixText(endpoint, faults, troubled);
  const rules = codes.cause === undefined ? [] : fixRules(endpoint, addressVerdicts, facts);
  const [first, ...further] = sentencesOn(endpoint, judgement);
  const { id, target, kind, host, port, path, expect, level, reason, source } = endpoint;
  const observations = inOrder(judged).map(toReportObservation);
  const clients = expect === 'open' ? clientsOfEndpoint(observations) : [];
  return {
    id,
    target,
    kind,
    host,
    port,
    ...(path !== undefined && { path }),
    expect,
    level,
    verdict,
    ...codes,
    ...(side !== undefined && { side }),
    ...(side !== undefined && faults[0]?.at !== undefined && { at: faults[0].at }),
    summary: [first, ...further].map((sentence) => sentence?.text ?? '').join(' '),
    ...(first && { message: first.message }),
    ...(further.length > 0 && { furtherMessages: further.map(({ message }) => message) }),
    ...(fix !== undefined && { fix }),
    ...(rules.length > 0 && { rules }),
    ...(addressVerdicts.some(({ flapped }) => flapped) && { flapped: true }),
    ...(reason !== undefined && { reason }),
    ...(source !== undefined && { source }),
    ...(clients.length > 0 && { clients }),
    observations,
  };
}
