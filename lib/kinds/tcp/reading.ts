import { connectDependsOnTime, dialledReading, isBareConnect } from '../connection/dialled.ts';
import type { ObservationReading } from '../contract/reading.ts';
import type { TcpObservation } from './observation.ts';

const answered = ({ read }: TcpObservation): boolean => (read?.bytes ?? 0) > 0;

export const tcpReading: ObservationReading<TcpObservation> = {
  ...dialledReading('tcp'),
  peerAnswered: answered,
  restsOnConnect: (observation) => isBareConnect(observation, answered(observation)),
  restsOnTime: (observation) =>
    connectDependsOnTime(observation.connect) || (observation.read !== undefined && !answered(observation)),
  unmeasured: (common, connect) => ({ kind: 'tcp', ...common, connect }),
};
