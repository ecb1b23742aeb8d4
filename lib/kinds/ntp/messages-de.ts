import type { Translation } from '../contract/sentences.ts';
import type { ntpCatalogue } from './messages.ts';

export const ntpGerman: Translation<typeof ntpCatalogue> = {
  answers: '{peer} antwortet mit Stratum {stratum}, {offset} ms neben dieser Uhr',
  clocksDiffer:
    '{peer} antwortet, aber die Uhr dort und die dieses Prüfers liegen {seconds} s auseinander. Eine von beiden geht falsch; welche, sagt ein einzelner Server nicht.',
  kissOfDeath: '{peer} lebt, sendet aber statt der Zeit ein Kiss-o’-Death ({code}).',
  kissWithoutCode: '{peer} lebt, sendet aber statt der Zeit ein Kiss-o’-Death (ohne Code).',
  notNtp: '{peer} hat ein Datagramm gesendet, das keine Antwort auf die NTP-Anfrage ist.',
  portUnreachable: '{peer} antwortet mit ICMP port-unreachable: Dort lauscht kein Zeitdienst.',
  unsynchronised:
    '{peer} antwortet, aber die Uhr dort ist selbst nicht synchronisiert (Stratum {stratum}, Leap {leap}, Referenz {reference}): Clients übernehmen davon keine Zeit.',
};
