import {
  connectDependsOnTime,
  dialledReading,
  endDependsOnTime,
  isBareConnect,
} from '../connection/dialled.ts';
import type { ObservationReading } from '../contract/reading.ts';
import type { SshObservation } from './observation.ts';
import { isRefusedByText } from './refusal.ts';

export const sshReading: ObservationReading<SshObservation> = {
  ...dialledReading('tcp'),
  peerAnswered: ({ ssh }) => (ssh?.read.bytes ?? 0) > 0,
  restsOnConnect: (observation) => {
    const { ssh } = observation;
    return isBareConnect(
      observation,
      ssh !== undefined && (ssh.identification !== undefined || isRefusedByText(ssh.read)),
    );
  },
  restsOnTime: ({ connect, ssh }) =>
    connectDependsOnTime(connect) ||
    (ssh !== undefined &&
      ssh.identification === undefined &&
      !isRefusedByText(ssh.read) &&
      endDependsOnTime(ssh.read.end)),
  unmeasured: (common, connect) => ({ kind: 'ssh', ...common, connect }),
};
