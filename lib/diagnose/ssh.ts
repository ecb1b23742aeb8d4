import type { SshObservation } from '../model/observation.ts';
import { deadlineReached, diagnoseConnect, peerName, silentOrReset } from './connect.ts';
import type { Diagnose } from './diagnosis-context.ts';
import { fault, finding } from './fault.ts';

/** `open` takes an identification string (RFC 4253 §4.2). */
export const diagnoseSsh: Diagnose<SshObservation> = (observation, context) => {
  const unconnected = diagnoseConnect(observation.connect, observation, context);
  if (unconnected !== undefined) return unconnected;
  const peer = peerName(observation);
  const { identification, read } = observation.ssh ?? {
    identification: undefined,
    read: { end: 'timeout' as const, bytes: 0, text: '' },
  };
  if (identification !== undefined) return finding('open', [], `${peer} is an SSH server: ${identification}`);
  if (read.end === 'deadline') return deadlineReached(observation);
  if (read.bytes > 0) {
    return finding('broken', [
      fault(
        'ssh.not-ssh',
        `${peer} sent ${read.bytes} bytes but no SSH identification (ended by: ${read.end}); they begin with: ${read.text.slice(0, 80)}`,
      ),
    ]);
  }
  return silentOrReset(
    read.end === 'fin' || read.end === 'reset' ? read.end : 'silent',
    observation,
    context,
  );
};
