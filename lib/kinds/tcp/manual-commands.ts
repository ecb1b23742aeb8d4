import {
  type ManualCommand,
  type ManualTarget,
  netcat,
  testNetConnection,
} from '../connection/manual-commands.ts';

export const tcpCommands = (target: ManualTarget): ManualCommand[] => [
  netcat(target, '“succeeded” or “Connected”, and the first bytes of a service that speaks first'),
  testNetConnection(target),
];
