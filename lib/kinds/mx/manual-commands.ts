import { type ManualCommand, shellWord } from '../connection/manual-commands.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import type { MxObservation } from './observation.ts';

/** Names with nothing in them that a shell reads. */
const NAME = /^[a-z0-9_]([a-z0-9._-]{0,250}[a-z0-9_])?$/i;
/** Servers whose commands are written out. */
const MAX_SERVERS = 3;

export function mxCommands(domain: string, evidence: EvidenceOf<MxObservation> | undefined): ManualCommand[] {
  if (!NAME.test(domain)) return [];
  const servers = (evidence?.route?.exchanges ?? [])
    .filter(({ exchange, literal }) => literal !== true && NAME.test(exchange))
    .slice(0, MAX_SERVERS);
  const policy = evidence?.route?.mtaSts;
  return [
    {
      tool: 'dig',
      shell: 'sh',
      command: `dig +noall +answer ${shellWord(domain)} MX ${shellWord(`_mta-sts.${domain}`)} TXT ${shellWord(`_smtp._tls.${domain}`)} TXT`,
      shows: 'the mail servers, and whether there is an MTA-STS policy',
    },
    ...(policy === undefined
      ? []
      : [
          {
            tool: 'curl',
            shell: 'sh' as const,
            command: `curl -sS --max-time 20 -i ${shellWord(`https://mta-sts.${domain}/.well-known/mta-sts.txt`)}`,
            shows: 'the policy, with status 200 and text/plain; a redirect is not followed',
          },
        ]),
    ...servers.map(({ exchange, tlsa }): ManualCommand => {
      const dane = tlsa !== undefined;
      return {
        tool: 'posttls-finger',
        shell: 'sh',
        command: `posttls-finger -c -l ${dane ? 'dane-only' : 'secure'} ${shellWord(`[${exchange}]`)}`,
        shows: dane
          ? 'the certificate held against the TLSA records, as Postfix does'
          : 'the greeting, STARTTLS and the certificate, as Postfix judges it',
      };
    }),
  ];
}
