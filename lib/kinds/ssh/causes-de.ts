import type { GermanCauses } from '../contract/cause.ts';

export const sshCausesGerman: GermanCauses<'ssh'> = {
  'ssh.not-ssh': {
    summary: 'Auf diesem Port antwortet etwas, spricht aber kein SSH.',
    next: 'Sehen Sie nach, welches Programm auf dem Port lauscht (ss -ltnp) und wohin die NAT-Regel ihn weiterleitet. Sind die Zeilen eine Meldung von tcpwrappers oder eines Jump-Hosts, folgen Sie dem, was sie sagen.',
  },
  'ssh.turns-away': {
    summary: 'Ein SSH-Server antwortet, weist aber diesen Client ab.',
    next: 'MaxStartups: Zu viele Verbindungen melden sich gerade an; sehen Sie nach, wer es ist (ss -tn sport = :PORT), und begrenzen Sie das Raten (PerSourceMaxStartups, fail2ban). "Not allowed at this time": Die Quelladresse hat eine Strafe (PerSourcePenalties); warten Sie, oder nehmen Sie sie aus. Ohne ein Wort geschlossen: Sehen Sie in das Log von sshd und in hosts.deny oder die Firewall des Servers.',
  },
};
