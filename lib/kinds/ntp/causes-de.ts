import type { GermanCauses } from '../contract/cause.ts';

export const ntpCausesGerman: GermanCauses<'ntp'> = {
  'ntp.no-answer': {
    summary: 'Der Zeitserver hat nicht geantwortet.',
    next: 'Lassen Sie UDP PORT hinaus und die Antworten wieder herein, sehen Sie nach, ob der Name noch zu einem öffentlichen Zeitserver gehört, und prüfen Sie auf dem Server seine Zugriffsregeln (restrict, allow). Nach einem Kiss-o’-Death RATE: Fragen Sie seltener.',
  },
  'ntp.not-ntp': {
    summary: 'Auf diesem Port antwortet etwas, aber nicht mit einer Antwort auf die NTP-Anfrage.',
    next: 'Sehen Sie nach, welches Programm hinter UDP PORT steht und ob ein Gerät unterwegs an seiner Stelle antwortet.',
  },
  'ntp.not-synchronised': {
    summary: 'Der Zeitserver antwortet, hat aber selbst keine Zeit.',
    next: 'Sehen Sie auf dem Server nach seinen Quellen (chronyc sources, ntpq -p, w32tm /query /status): Sie müssen über UDP 123 erreichbar sein und antworten. Gerade gestartet: Prüfen Sie nach zehn Minuten noch einmal.',
  },
  'ntp.clocks-differ': {
    summary: 'Die Uhr des Zeitservers und die des Prüfers liegen mehr als eine Minute auseinander.',
    next: 'Vergleichen Sie beide mit einer dritten Uhr (chronyc tracking, w32tm /stripchart oder ein anderer Zeitserver). Geht die Uhr des Prüfers falsch, stellen Sie sie, und prüfen Sie noch einmal; wenn nicht, muss der Zeitserver repariert werden.',
  },
};
