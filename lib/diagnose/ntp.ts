import type { NtpObservation } from '../model/observation.ts';
import { diagnoseConnect, judgeSilence, peerName } from './connect.ts';
import type { Diagnose } from './diagnosis-context.ts';
import { fault, finding } from './fault.ts';

/** RFC 5905 §7.3: stratum 16 means that the server itself has no time source. */
const UNSYNCHRONISED = 16;

/** UDP has no handshake: an answer is `open`, an ICMP error `closed`, and silence is what the controls make of it. */
export const diagnoseNtp: Diagnose<NtpObservation> = (observation, context) => {
  const { connect, ntp } = observation;
  const peer = peerName(observation, 'udp');
  if (connect.status === 'refused') {
    return finding('closed', [
      fault('ntp.no-answer', `${peer} answers with ICMP port-unreachable: no time service listens there.`, {
        side: 'host',
      }),
    ]);
  }
  if (connect.status === 'timeout') return judgeSilence(observation, context, 'udp');
  const unconnected = diagnoseConnect(connect, observation, context);
  if (unconnected !== undefined) return unconnected;
  if (ntp === undefined) return judgeSilence(observation, context, 'udp');

  switch (ntp.status) {
    case 'answered': {
      const quality =
        ntp.stratum >= UNSYNCHRONISED
          ? 'is not synchronised itself (stratum 16)'
          : `answers with stratum ${ntp.stratum}, ${ntp.offsetMs} ms from this clock`;
      return finding('open', [], `${peer} ${quality}`);
    }
    case 'not-ntp':
      return finding('broken', [
        fault('ntp.not-ntp', `${peer} sent a datagram that is no answer to the NTP request.`),
      ]);
    case 'kiss-of-death':
      return finding('open', [
        fault(
          'ntp.no-answer',
          `${peer} is alive but sends a kiss-of-death (${ntp.referenceId || 'no code'}) in place of the time.`,
          // RFC 5905 §7.4: RATE asks for a slower pace and is about us; the others refuse this client.
          { side: 'service', severity: ntp.referenceId === 'RATE' ? 'warn' : 'fail' },
        ),
      ]);
    default:
      return ntp.status satisfies never;
  }
};
