import type { Translation } from '../contract/sentences.ts';
import type { sshCatalogue } from './messages.ts';

export const sshGerman: Translation<typeof sshCatalogue> = {
  answers: '{peer} ist ein SSH-Server: {identification}',
  closesAtOnce:
    '{peer} ist ein SSH-Server ({identification}) und schließt die Verbindung gleich nach seiner Identifikation, ohne zu sagen, warum',
  notSsh:
    '{peer} hat {bytes} Byte gesendet, aber keine SSH-Identifikation (beendet durch: {end}); sie beginnen mit: {text}',
  proxyHeaderUnexpected:
    '{peer} ist ein SSH-Server und sagt „{text}“, bevor dieser Client ein Byte gesendet hat: Ein Balancer oder eine Firewall davor sendet einen PROXY-Header, den SSH nicht kennt.',
  turnsAway: '{peer} ist ein SSH-Server und weist diesen Client ab: „{text}“',
};
