import type { Fault } from '../../model/finding.ts';
import type { FirstBytes } from '../../model/observed.ts';
import { deadlineReached, diagnoseConnect, peerOf, silentOrReset } from '../connection/connect-diagnosis.ts';
import { headerToClient, proxyHeaderFaults } from '../connection/proxy-header-diagnosis.ts';
import type { Diagnose } from '../contract/diagnosis.ts';
import { fault, finding } from '../contract/fault.ts';
import type { Sentence } from '../contract/sentences.ts';
import { sshSentence } from './messages.ts';
import type { SshObservation } from './observation.ts';
import { firstLine, isRefusedByText, rejectsIdentification } from './refusal.ts';

const headerFault = (peer: Sentence, text: string): Fault =>
  fault('tcp.proxy-header-unexpected', sshSentence.proxyHeaderUnexpected({ peer, text: firstLine(text) }));

/** The server waits for the client after its identification; one that doesn't wait has received something else, or accepts no clients. */
function complaint(peer: Sentence, identification: string, { text }: FirstBytes): Fault {
  if (rejectsIdentification(text)) return headerFault(peer, text);
  return fault(
    'ssh.turns-away',
    text === ''
      ? sshSentence.closesAtOnce({ peer, identification })
      : sshSentence.turnsAway({ peer, text: firstLine(text) }),
  );
}

/** `open` requires an identification string (RFC 4253 §4.2). */
export const diagnoseSsh: Diagnose<SshObservation> = (observation, context) => {
  const unconnected = diagnoseConnect(observation.connect, observation, context);
  if (unconnected !== undefined) return unconnected;
  const peer = peerOf(observation);
  const { identification, read } = observation.ssh ?? {
    identification: undefined,
    read: { end: 'timeout' as const, bytes: 0, text: '' },
  };
  const toClient = headerToClient(read.text, peer);
  if (toClient !== undefined) return finding(identification === undefined ? 'broken' : 'open', [toClient]);
  if (identification !== undefined) {
    const after = observation.ssh?.after;
    if (after === undefined) return finding('open', [], sshSentence.answers({ peer, identification }));
    return finding('open', [complaint(peer, identification, after)]);
  }
  if (isRefusedByText(read))
    return finding('open', [
      fault('ssh.turns-away', sshSentence.turnsAway({ peer, text: firstLine(read.text) })),
    ]);
  if (rejectsIdentification(read.text)) return finding('open', [headerFault(peer, read.text)]);
  if (read.end === 'deadline') return deadlineReached(observation);
  if (read.bytes > 0) {
    return finding('broken', [
      fault(
        'ssh.not-ssh',
        sshSentence.notSsh({ peer, bytes: read.bytes, end: read.end, text: read.text.slice(0, 80) }),
      ),
    ]);
  }
  const bare = silentOrReset(
    read.end === 'fin' || read.end === 'reset' ? read.end : 'silent',
    observation,
    context,
  );
  const proxyHeader = observation.ssh?.proxyHeader;
  return proxyHeader === undefined
    ? bare
    : finding('broken', proxyHeaderFaults(proxyHeader, peer, bare.faults));
};
