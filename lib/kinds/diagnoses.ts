import type { Finding } from '../model/finding.ts';
import type { Late } from '../model/observed.ts';
import { atMost } from '../model/severity-order.ts';
import type { Kind } from '../model/vocabulary.ts';
import { withHelloSizes } from './connection/hello-diagnosis.ts';
import { withKernelEvidence } from './connection/kernel-diagnosis.ts';
import type { Diagnose, DiagnosisContext } from './contract/diagnosis.ts';
import { fault, finding } from './contract/fault.ts';
import { diagnoseDns } from './dns/diagnosis.ts';
import { diagnoseHttp } from './http/diagnosis.ts';
import { diagnoseListener } from './listener/diagnosis.ts';
import { diagnoseMx } from './mx/diagnosis.ts';
import { diagnoseNtp } from './ntp/diagnosis.ts';
import type { Observation, ObservationOf } from './observation.ts';
import { diagnoseQuic } from './quic/diagnosis.ts';
import { readingFor } from './readings.ts';
import { runSentence as say } from './run-causes/messages.ts';
import { diagnoseSmtp } from './smtp/diagnosis.ts';
import { diagnoseSsh } from './ssh/diagnosis.ts';
import { diagnoseTcp } from './tcp/diagnosis.ts';
import { diagnoseTls } from './tls/diagnosis.ts';

/** One line a kind. */
const diagnoses: { readonly [K in Kind]: Diagnose<ObservationOf[K]> } = {
  dns: diagnoseDns,
  tcp: diagnoseTcp,
  tls: diagnoseTls,
  http: diagnoseHttp,
  https: diagnoseHttp,
  smtp: diagnoseSmtp,
  smtps: diagnoseSmtp,
  mx: diagnoseMx,
  ssh: diagnoseSsh,
  ntp: diagnoseNtp,
  quic: diagnoseQuic,
  listener: diagnoseListener,
};

/**
 * The state and the faults that one observation proves, most serious first; the expectation is not applied yet. A name that
 * did not resolve is given as a dns observation, whatever the endpoint's kind.
 */
export function diagnose(observation: Observation, context: DiagnosisContext): Finding {
  // The registry's type makes sure that the diagnosis is the observation's own.
  const own = diagnoses[observation.kind] as Diagnose<Observation>;
  const found = withKernelEvidence(withHelloSizes(own(observation, context), observation), observation);
  return observation.late !== undefined && readingFor(observation.kind).restsOnTime(observation)
    ? ownDelay(found, observation, observation.late)
    : found;
}

/** What depends on time proves nothing where this prober was late itself. What was received is still shown. */
function ownDelay(found: Finding, observation: Observation, { ms, budgetMs, attempts }: Late): Finding {
  if (found.state === 'open' && found.faults.every(({ severity }) => severity === 'info')) return found;
  const { host, port } = observation;
  const said = say.late({ host, port, ms: Math.round(ms), budgetMs: Math.round(budgetMs), attempts });
  return finding('inconclusive', [fault('prober.late', said), ...atMost('info', found.faults)]);
}
