import { bracketed } from '../../net/host-port.ts';
import { isIP } from '../../net/ip.ts';
import {
  curlPin,
  type ManualCommand,
  type ManualTarget,
  shellWord,
  WAIT,
} from '../connection/manual-commands.ts';

export function quicCommands(target: ManualTarget): ManualCommand[] {
  const { host, address, port } = target;
  return [
    {
      tool: 'curl',
      shell: 'sh',
      command: `curl -v --http3-only --max-time ${WAIT} -o /dev/null ${curlPin(target)}${shellWord(`https://${bracketed(host)}:${port}/`)}`,
      shows: 'whether HTTP/3 is answered over UDP; needs a curl with HTTP/3 (`curl -V`)',
    },
    {
      tool: 'nmap',
      shell: 'sh',
      command: `nmap -Pn -sU -p ${port} --reason${isIP(address) === 6 ? ' -6' : ''} ${address}`,
      shows: 'closed with port-unreach when the host refuses; open|filtered is silence',
    },
  ];
}
