import {
  connectDependsOnTime,
  dialledReading,
  isBareConnect,
  tlsAnswered,
  tlsDependsOnTime,
} from '../connection/dialled.ts';
import type { ObservationReading } from '../contract/reading.ts';
import type { ListenerObservation } from './observation.ts';

const answered = ({ tls, listener }: ListenerObservation): boolean =>
  (listener?.read.bytes ?? 0) > 0 || tlsAnswered(tls);

const proven = ({ listener }: ListenerObservation): boolean =>
  listener?.status === 'proven' || listener?.status === 'other-session';

export const listenerReading: ObservationReading<ListenerObservation> = {
  ...dialledReading('tcp'),
  peerAnswered: answered,
  proven,
  restsOnConnect: (observation) => isBareConnect(observation, (observation.listener?.read.bytes ?? 0) > 0),
  restsOnTime: ({ connect, tls, listener }) =>
    connectDependsOnTime(connect) ||
    tlsDependsOnTime(tls) ||
    // A proof may have been on its way.
    (listener !== undefined &&
      listener.destination === undefined &&
      (listener.read.end === 'timeout' || listener.read.bytes === 0)),
  unmeasured: (common, connect) => ({ kind: 'listener', ...common, connect }),
};
