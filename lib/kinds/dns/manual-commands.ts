import { DNS_PORT, parseDnsServer } from '../../net/dns-server.ts';
import { isIP } from '../../net/ip.ts';
import { type ManualCommand, shellWord } from '../connection/manual-commands.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import type { DnsObservation } from './observation.ts';

/** The look-up of a name, asked of the server that the evidence names first. */
export function lookupCommands(
  host: string,
  evidence: EvidenceOf<DnsObservation> | undefined,
): ManualCommand[] {
  if (isIP(host) !== 0) return [];
  const first = evidence?.dns?.servers[0];
  const server = first === undefined ? undefined : parseDnsServer(first);
  const at = server === undefined ? '' : `@${server.address} `;
  const port = server === undefined || server.port === DNS_PORT ? '' : `-p ${server.port} `;
  const dig: ManualCommand = {
    tool: 'dig',
    shell: 'sh',
    command: `dig ${at}${port}+tries=1 ${shellWord(host)} A ${shellWord(host)} AAAA`,
    shows: 'the status (NOERROR, NXDOMAIN, SERVFAIL) and the records',
  };
  if (port !== '') return [dig];
  const of = server === undefined ? '' : ` -Server ${server.address}`;
  return [
    dig,
    {
      tool: 'Resolve-DnsName',
      shell: 'powershell',
      command: `Resolve-DnsName -Name ${host} -Type A_AAAA${of}`,
      shows: 'the addresses, or the error',
    },
  ];
}
