import {
  type ManualCommand,
  type ManualTarget,
  netcat,
  testNetConnection,
} from '../connection/manual-commands.ts';

export const listenerCommands = (target: ManualTarget): ManualCommand[] => [
  netcat(target, '“succeeded” or “Connected”; which machine that was, only a proof shows'),
  testNetConnection(target),
];
