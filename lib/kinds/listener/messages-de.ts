import type { Translation } from '../contract/sentences.ts';
import type { listenerCatalogue } from './messages.ts';

export const listenerGerman: Translation<typeof listenerCatalogue> = {
  answers: '{peer} antwortet: {text}. Kein Code wurde angegeben, welche Maschine das ist, bleibt also offen.',
  beside: '; unter /Temporary_Listen_Addresses/, neben dem Webserver, der dort läuft',
  claims:
    '{peer} antwortet wie ein Horcher und gibt an, {destination} zu sein; kein Code wurde angegeben, nichts davon ist also bewiesen.',
  inClear: '; ohne TLS, das der Horcher dort nicht spricht',
  noProof:
    '{peer} antwortet, aber nicht wie der Horcher: Eine andere Maschine, ein anderes Programm oder ein Horcher ohne den Code hat geantwortet. Die Antwort: {text}',
  otherSource: '; Quelle unterwegs umgeschrieben: gesendet von {sent}, gesehen als {source}',
  proven: 'Ende zu Ende bewiesen: {dialled} → {destination}, wo der Horcher antwortet{+source}.',
  sameSource: '; Quelle nicht umgeschrieben ({source})',
  seenSource: '; Quelle gesehen als {source}',
  tlsAdded:
    'Der Horcher antwortet ({dialled} → {destination}), sieht aber TLS, und dieser Client sprach ohne: Etwas unterwegs fügt es hinzu.',
  tlsRemoved:
    'Der Horcher antwortet ({dialled} → {destination}), aber ohne TLS, das dieser Client sprach: Etwas unterwegs beendet es.',
  tlsTerminated:
    'Der Horcher antwortet ({dialled} → {destination}), aber etwas unterwegs beendet TLS: Der Beweis wurde in einer anderen TLS-Sitzung geführt als der dieses Clients.',
  wrongProof:
    '{peer} antwortet mit einem falschen Beweis: ein anderer Horcher, einer mit einem anderen Code oder ein Beweis für eine andere Verbindung. Er gibt an, {destination} zu sein.',
};
