import {
  connectDependsOnTime,
  dialledReading,
  isBareConnect,
  tlsAnswered,
  tlsDependsOnTime,
} from '../connection/dialled.ts';
import type { ObservationReading } from '../contract/reading.ts';
import type { TlsObservation } from './observation.ts';

export const tlsReading: ObservationReading<TlsObservation> = {
  ...dialledReading('tcp'),
  peerAnswered: ({ tls }) => tlsAnswered(tls),
  tls: ({ tls }) => tls,
  restsOnConnect: (observation) =>
    isBareConnect(observation, observation.tls?.handshake.status === 'complete'),
  restsOnTime: ({ connect, tls }) => connectDependsOnTime(connect) || tlsDependsOnTime(tls),
  unmeasured: (common, connect) => ({ kind: 'tls', ...common, connect }),
};
