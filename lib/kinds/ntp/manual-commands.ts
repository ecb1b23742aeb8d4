import type { ManualCommand, ManualTarget } from '../connection/manual-commands.ts';

export function ntpCommands({ address, port }: ManualTarget): ManualCommand[] {
  // Neither tool accepts another port.
  if (port !== 123) return [];
  return [
    {
      tool: 'ntpdate',
      shell: 'sh',
      command: `ntpdate -q ${address}`,
      shows: 'stratum and offset',
    },
    {
      tool: 'w32tm',
      shell: 'powershell',
      command: `w32tm /stripchart /computer:${address} /samples:3 /dataonly`,
      shows: 'the offset of three samples',
    },
  ];
}
