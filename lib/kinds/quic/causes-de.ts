import type { GermanCauses } from '../contract/cause.ts';

export const quicCausesGerman: GermanCauses<'quic'> = {
  'quic.no-answer': {
    summary: 'Über UDP kam keine QUIC-Antwort.',
    next: 'Soll die Site HTTP/3 ausliefern, lassen Sie UDP PORT ebenso herein wie TCP PORT, und sehen Sie nach, ob der Server darauf lauscht (`ss -ulnp`). Browser weichen auf TCP aus; die Site funktioniert also auch ohne, nur langsamer.',
  },
  'quic.refused': {
    summary: 'Auf diesem Port lauscht nichts auf QUIC.',
    next: 'Soll die Site HTTP/3 ausliefern, schalten Sie es im Webserver oder Load Balancer ein; sehen Sie dann nach einer Firewall, die UDP PORT abweist.',
  },
  'quic.not-quic': {
    summary: 'Auf diesem Port antwortet etwas über UDP, aber es ist kein QUIC.',
    next: 'Finden Sie heraus, welches Programm diesen UDP-Port benutzt (DTLS, ein VPN und DNS kommen auf solchen Ports vor) und ob ein Gerät an seiner Stelle antwortet.',
  },
};
