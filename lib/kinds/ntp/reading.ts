import { datagramDependsOnTime, dialledReading } from '../connection/dialled.ts';
import type { ObservationReading } from '../contract/reading.ts';
import type { NtpObservation } from './observation.ts';

export const ntpReading: ObservationReading<NtpObservation> = {
  ...dialledReading('udp'),
  peerAnswered: ({ ntp }) => ntp !== undefined,
  /** UDP has no handshake. */
  restsOnConnect: () => false,
  restsOnTime: ({ connect, ntp }) =>
    datagramDependsOnTime(connect, ntp !== undefined && ntp.status !== 'not-ntp'),
  unmeasured: (common, connect) => ({ kind: 'ntp', ...common, connect }),
};
