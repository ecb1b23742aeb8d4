import type { Evidence } from '../../kinds/evidence.ts';
import type { Observation } from '../../kinds/observation.ts';
import type { Fault } from '../../model/finding.ts';
import type { CauseCode } from '../../model/vocabulary.ts';
import type { ReportObservation } from '../report-schema.ts';
import type { JudgedObservation } from './judged.ts';

/** The probe's own facts: all except what every observation has and the report shows elsewhere. */
function evidenceOf(observation: Observation): Evidence {
  const {
    endpointId: _endpointId,
    vantage: _vantage,
    host: _host,
    port: _port,
    address: _address,
    family: _family,
    localAddress: _localAddress,
    localPort: _localPort,
    startedAt: _startedAt,
    timings: _timings,
    ...facts
  } = observation;
  return facts;
}

/** A remark on an open endpoint is not a cause; without an open state even a remark (no IPv6 here) explains it. */
export function causeAndRest(
  faults: readonly Fault[],
  remarksAreCauses: boolean,
): { cause?: CauseCode; alsoFound?: CauseCode[] } {
  const codes = [...new Set(faults.map(({ cause }) => cause))];
  const [first, ...rest] = codes;
  if (first === undefined) return {};
  const remarkOnly = faults.every(({ severity }) => severity === 'info');
  if (remarkOnly && !remarksAreCauses) return { alsoFound: codes };
  return { cause: first, ...(rest.length > 0 && { alsoFound: rest }) };
}

/** One observation as the report shows it; `evidence` is the kind, the connect, the protocol's facts and the exchange. */
export function toReportObservation({
  observation,
  finding,
  vantage,
  attempt,
}: JudgedObservation): ReportObservation {
  const { address, family, localAddress, localPort, startedAt, timings } = observation;
  return {
    vantage,
    address,
    ...(family !== undefined && { family }),
    ...(localAddress !== undefined && { localAddress }),
    ...(localPort !== undefined && { localPort }),
    state: finding.state,
    ...causeAndRest(finding.faults, finding.state !== 'open'),
    summary: finding.summary,
    ...(finding.message && { message: finding.message }),
    startedAt,
    timings,
    attempt,
    evidence: evidenceOf(observation),
  };
}
