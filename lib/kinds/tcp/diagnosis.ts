import { deadlineReached, diagnoseConnect, peerOf, silentOrReset } from '../connection/connect-diagnosis.ts';
import type { Diagnose } from '../contract/diagnosis.ts';
import { finding } from '../contract/fault.ts';
import { tcpSentence } from './messages.ts';
import type { TcpObservation } from './observation.ts';

/** A port of any protocol: `open` requires a byte from the peer, as a handshake alone proves no service. */
export const diagnoseTcp: Diagnose<TcpObservation> = (observation, context) => {
  const unconnected = diagnoseConnect(observation.connect, observation, context);
  if (unconnected !== undefined) return unconnected;
  const { read } = observation;
  if (read !== undefined && read.bytes > 0) {
    return finding(
      'open',
      [],
      tcpSentence.answers({ peer: peerOf(observation), text: read.text.slice(0, 80) }),
    );
  }
  const end = read?.end ?? 'timeout';
  switch (end) {
    case 'fin':
    case 'reset':
      return silentOrReset(end, observation, context);
    case 'deadline':
      return deadlineReached(observation);
    case 'timeout':
    case 'complete':
    case 'too-large':
      return silentOrReset('silent', observation, context);
    default:
      return end satisfies never;
  }
};
