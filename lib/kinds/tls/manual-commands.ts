import {
  type ManualCommand,
  type ManualTarget,
  openssl,
  testNetConnection,
} from '../connection/manual-commands.ts';

export const tlsCommands = (target: ManualTarget): ManualCommand[] => [
  openssl(target),
  testNetConnection(target),
];
