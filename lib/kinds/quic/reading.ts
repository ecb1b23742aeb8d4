import { datagramDependsOnTime, dialledReading } from '../connection/dialled.ts';
import type { ObservationReading } from '../contract/reading.ts';
import type { QuicObservation } from './observation.ts';

export const quicReading: ObservationReading<QuicObservation> = {
  ...dialledReading('udp'),
  peerAnswered: ({ quic }) => quic !== undefined,
  /** UDP has no handshake that the system completes. */
  restsOnConnect: () => false,
  restsOnTime: ({ connect, quic }) =>
    datagramDependsOnTime(connect, quic !== undefined && quic.status !== 'not-quic'),
  unmeasured: (common, connect) => ({ kind: 'quic', ...common, connect }),
};
