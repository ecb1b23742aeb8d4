import {
  type ManualCommand,
  type ManualTarget,
  netcat,
  testNetConnection,
  WAIT,
} from '../connection/manual-commands.ts';

export const sshCommands = (target: ManualTarget): ManualCommand[] => [
  netcat(target, 'the identification, a line that begins with SSH-2.0'),
  {
    tool: 'ssh-keyscan',
    shell: 'sh',
    command: `ssh-keyscan -T ${WAIT} -p ${target.port} ${target.address}`,
    shows: 'the host keys',
  },
  testNetConnection(target),
];
