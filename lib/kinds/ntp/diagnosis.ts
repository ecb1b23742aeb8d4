import { diagnoseConnect, judgeSilence, peerOf } from '../connection/connect-diagnosis.ts';
import type { Diagnose } from '../contract/diagnosis.ts';
import { fault, finding } from '../contract/fault.ts';
import { ntpSentence as say } from './messages.ts';
import type { NtpObservation } from './observation.ts';
import { UNSYNCHRONISED } from './packet.ts';

/** The leap indicator of a clock without a time source (RFC 5905 §7.3). */
const ALARM = 3;
/** Clocks that are further apart are worth a warning, ms: with such a difference Kerberos logins and two-factor codes fail. */
const CLOCKS_DIFFER_MS = 60_000;

/** UDP has no handshake: an answer is `open`, an ICMP error `closed`, and what silence means depends on the controls. */
export const diagnoseNtp: Diagnose<NtpObservation> = (observation, context) => {
  const { connect, ntp } = observation;
  const peer = peerOf(observation, 'udp');
  if (connect.status === 'refused') {
    return finding('closed', [
      fault('ntp.no-answer', say.portUnreachable({ peer }), {
        side: 'host',
      }),
    ]);
  }
  if (connect.status === 'timeout') return judgeSilence(observation, context, 'udp', 'ntp.no-answer');
  const unconnected = diagnoseConnect(connect, observation, context);
  if (unconnected !== undefined) return unconnected;
  if (ntp === undefined) return judgeSilence(observation, context, 'udp', 'ntp.no-answer');

  switch (ntp.status) {
    case 'answered': {
      const { stratum, leap, referenceId, offsetMs: offset } = ntp;
      // RFC 5905 §9.2: clients do not use the time of such a server.
      if (stratum === 0 || stratum >= UNSYNCHRONISED || leap === ALARM)
        return finding('open', [
          fault(
            'ntp.not-synchronised',
            say.unsynchronised({ peer, stratum, leap: leap ?? '?', reference: referenceId || 'none' }),
          ),
        ]);
      if (Math.abs(offset) > CLOCKS_DIFFER_MS)
        return finding('open', [
          fault('ntp.clocks-differ', say.clocksDiffer({ peer, seconds: (offset / 1_000).toFixed(0) })),
        ]);
      return finding('open', [], say.answers({ peer, stratum, offset }));
    }
    case 'not-ntp':
      return finding('broken', [fault('ntp.not-ntp', say.notNtp({ peer }))]);
    case 'kiss-of-death':
      return finding('open', [
        fault(
          'ntp.no-answer',
          ntp.referenceId === ''
            ? say.kissWithoutCode({ peer })
            : say.kissOfDeath({ peer, code: ntp.referenceId }),
          // RFC 5905 §7.4: RATE asks us to send less often; the others refuse this client.
          { side: 'service', severity: ntp.referenceId === 'RATE' ? 'warn' : 'fail' },
        ),
      ]);
    default:
      return ntp.status satisfies never;
  }
};
