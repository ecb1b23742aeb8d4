import { bracketed } from '../../net/host-port.ts';
import {
  type ManualCommand,
  type ManualTarget,
  netcat,
  openssl,
  shellWord,
  testNetConnection,
} from '../connection/manual-commands.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import type { SmtpObservation } from './observation.ts';

type MailEvidence = EvidenceOf<SmtpObservation> | undefined;

const RECIPIENT = /^[a-z0-9_][a-z0-9_.+=-]{0,63}@[a-z0-9][a-z0-9.-]{0,252}$/i;

export const smtpCommands = (target: ManualTarget, evidence: MailEvidence): ManualCommand[] => [
  netcat(target, 'the greeting (220), within 30 seconds'),
  swaks(target, evidence),
  openssl(target, 'smtp'),
  testNetConnection(target),
];

export const smtpsCommands = (target: ManualTarget, evidence: MailEvidence): ManualCommand[] => [
  openssl(target),
  swaks(target, evidence, true),
  testNetConnection(target),
];

function swaks({ address, port }: ManualTarget, evidence: MailEvidence, tls = false): ManualCommand {
  const recipient = evidence?.smtp?.recipient?.address;
  const asked = recipient !== undefined && RECIPIENT.test(recipient);
  const options = [
    `--server ${shellWord(bracketed(address))} --port ${port}`,
    ...(tls ? ['--tls-on-connect'] : []),
    // It ends before DATA, as the probe does: no mail is sent.
    ...(asked ? [`--from '<>' --to ${shellWord(recipient)} --quit-after RCPT`] : ['--quit-after EHLO']),
  ];
  return {
    tool: 'swaks',
    shell: 'sh',
    command: `swaks ${options.join(' ')}`,
    shows: asked
      ? 'the reply to RCPT TO; no mail is sent'
      : 'the greeting and the extensions; no mail is sent',
  };
}
