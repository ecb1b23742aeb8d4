import { deadlineReached, diagnoseConnect } from '../connection/connect-diagnosis.ts';
import { diagnoseHandshake } from '../connection/tls-diagnosis.ts';
import type { Diagnose } from '../contract/diagnosis.ts';
import type { TlsObservation } from './observation.ts';

/** The diagnosis of TLS, step by step: connect, handshake, certificates. */
export const diagnoseTls: Diagnose<TlsObservation> = (observation, context) => {
  const failed = diagnoseConnect(observation.connect, observation, context);
  if (failed !== undefined) return failed;
  const { tls } = observation;
  if (tls === undefined) return deadlineReached(observation);
  return diagnoseHandshake(tls, observation, context);
};
