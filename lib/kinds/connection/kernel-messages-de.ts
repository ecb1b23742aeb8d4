import type { Translation } from '../contract/sentences.ts';
import type { kernelCatalogue } from './kernel-messages.ts';

export const kernelGerman: Translation<typeof kernelCatalogue> = {
  atLeast: '{filtered} Pakete kommen mindestens bis {device} (Hop {hop}).',
  atLeastBeside:
    '{filtered} Pakete kommen mindestens bis {device} (Hop {hop}); die zu Port {beside} kommen weiter.',
  cutOff:
    '{peer} hat die Anfrage bestätigt ({bytes} Byte), in {ms} ms kein Byte gesendet und bestätigt nun nichts mehr: Die Verbindung ist unterwegs abgeschnitten.',
  dataDropped:
    '{peer} nimmt Verbindungen an, aber von den {bytes} Byte, die {times}-mal gesendet wurden, wurde in {ms} ms keines bestätigt: Daten werden unterwegs verworfen.',
  hangs:
    '{peer} hat die Anfrage bestätigt ({bytes} Byte) und in {ms} ms kein Byte gesendet: Sie kam an, und der Dienst hängt.',
  hostRefuses:
    '{peer} weist Verbindungen ab (ICMP port unreachable, nach {ms} ms von der eigenen Adresse gesendet): Dort lauscht kein Dienst, oder eine Firewall an dieser Adresse oder hinter ihrem NAT weist ab.',
  hostRejects:
    '{peer} antwortet von der eigenen Adresse, dass Verbindungen nicht erlaubt sind (ICMP: {icmp}): Eine Firewall dort oder hinter ihrem NAT weist ab.',
  lastDevice: '{filtered} Das letzte Gerät auf dem Weg dorthin, das antwortet, ist {device} (Hop {hop}).',
  lastDevicePasses:
    '{filtered} Das letzte Gerät auf dem Weg dorthin, das antwortet, ist {device} (Hop {hop}), das Pakete zu Port {beside} durchlässt.',
  natRefuses:
    '{peer} weist Verbindungen ab (ICMP port unreachable, nach {ms} ms von der eigenen Adresse gesendet). Diese Adresse leitet Pakete weiter (Hop {hop}), wie durch Adressumsetzung: Die Firewall dort weist ab, oder der Host dahinter.',
  natRejects:
    '{peer} antwortet von der eigenen Adresse, dass Verbindungen nicht erlaubt sind (ICMP: {icmp}). Diese Adresse leitet Pakete weiter (Hop {hop}), wie durch Adressumsetzung: Die Firewall dort weist ab, oder der Host dahinter.',
  ownFilter:
    'Dieser Messpunkt selbst hat geantwortet, dass {peer} abgewiesen wird (ICMP: {icmp}, gesendet von seiner eigenen {from}): Sein eigener Paketfilter weist ab, und kein Paket hat ihn verlassen.',
  ownGateway:
    'Dieser Messpunkt selbst hat geantwortet, dass {peer} nicht erreichbar ist (ICMP: {icmp}, gesendet von seiner eigenen {from}): Sein Gateway antwortet nicht, und kein Paket hat sein Netz verlassen.',
  passedOnBehind:
    '{filtered} Pakete kommen bis {device} selbst (Hop {hop}) und werden dort weitergeleitet, wie durch Adressumsetzung; dahinter antwortet nichts.',
  pathMtu:
    '{peer} hängt bei Segmenten bis zu {large} Byte und funktioniert mit {small}: Größere Pakete gehen unterwegs verloren, und kein ICMP-Fehler sagt es.',
  rejected:
    '{from}, nicht der Host selbst, hat geantwortet, dass {peer} abgewiesen wird (ICMP: {icmp}): Eine Firewall oder ein Router unterwegs weist ab.',
  resets:
    '{peer} weist Verbindungen ab (RST, nach {ms} ms): Dort lauscht kein Dienst, oder eine Firewall weist ab.',
  unreachableFrom:
    '{from}, ein Router oder eine Firewall unterwegs, hat geantwortet, dass {peer} nicht erreichbar ist (ICMP: {icmp}).',
};
