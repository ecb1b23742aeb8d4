import { diagnoseConnect, judgeSilence, peerOf } from '../connection/connect-diagnosis.ts';
import type { Diagnose } from '../contract/diagnosis.ts';
import { fault, finding } from '../contract/fault.ts';
import { quicSentence as say } from './messages.ts';
import type { QuicObservation } from './observation.ts';

/** UDP has no handshake: an answer is `open`, an ICMP error `closed`, and what silence means depends on the controls. */
export const diagnoseQuic: Diagnose<QuicObservation> = (observation, context) => {
  const { connect, quic } = observation;
  const peer = peerOf(observation, 'udp');
  if (connect.status === 'refused') {
    return finding('closed', [fault('quic.refused', say.portUnreachable({ peer }))]);
  }
  if (connect.status === 'timeout') return judgeSilence(observation, context, 'udp', 'quic.no-answer');
  const unconnected = diagnoseConnect(connect, observation, context);
  if (unconnected !== undefined) return unconnected;
  if (quic === undefined) return judgeSilence(observation, context, 'udp', 'quic.no-answer');

  switch (quic.status) {
    case 'version-negotiation':
      return finding(
        'open',
        [],
        quic.versions.length === 0
          ? say.offersNone({ peer })
          : say.offers({ peer, versions: quic.versions.join(', ') }),
      );
    case 'version-1':
      return finding('open', [], say.version1({ peer }));
    case 'not-quic':
      return finding('broken', [
        fault('quic.not-quic', say.notQuic({ peer, bytes: quic.firstBytes ?? 'nothing' })),
      ]);
    default:
      return quic.status satisfies never;
  }
};
