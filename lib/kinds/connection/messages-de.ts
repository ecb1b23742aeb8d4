import type { Translation } from '../contract/sentences.ts';
import type { connectCatalogue } from './messages.ts';

export const connectGerman: Translation<typeof connectCatalogue> = {
  addressRefused: '{address} ist {range} und wird nicht geprüft; es wurde kein Paket gesendet.',
  answersForAll:
    'Auf der Verbindung zu {peer} kam kein Byte, und dieser Messpunkt verbindet sich auch mit der reservierten Adresse {reserved}: Sein eigenes Netz antwortet für alle.',
  closes: '{peer} nimmt Verbindungen an und schließt sie ohne ein Byte.',
  datagramLost:
    '{peer} hat in {ms} ms nicht geantwortet, während {control} diesem Messpunkt auf Port {port} geantwortet hat: Pakete werden unterwegs verworfen, oder der Server bedient diese Quelle nicht.',
  deadline: 'Der Lauf endete {ms} ms nach Beginn der Prüfung von {peer}.',
  egressBlocked:
    '{peer} hat nicht geantwortet, aber auch die Kontrolle {control} nicht ({detail}): Dieser Messpunkt kommt auf Port {port} über IPv{family} nicht nach außen.',
  filtered:
    '{peer} hat in {ms} ms nicht geantwortet, während {control} diesem Messpunkt auf Port {port} geantwortet hat.',
  nameRefused: '{host} ({address}) ist {range} und wird nicht geprüft; es wurde kein Paket gesendet.',
  noAddressOfFamily:
    'Dieser Messpunkt hat kein IPv{family} (hier gibt es keine solche Adresse), daher wurde {peer} nicht beurteilt.',
  noControl:
    '{peer} hat in {ms} ms nicht geantwortet, und keine Kontrolle beweist, dass dieser Messpunkt Port {port} über IPv{family} nutzen kann.',
  noFamily: 'Dieser Messpunkt hat kein IPv{family} ({code}), daher wurde {peer} nicht beurteilt.',
  ownStackRefused:
    'Der Netzwerk-Stack dieses Messpunkts selbst hat die Verbindung zu {peer} verweigert ({code}); es wurde kein Paket gesendet.',
  peer: '{host} Port {port}/{transport}',
  peerAt: '{host} ({address}) Port {port}/{transport}',
  privateAddress:
    '{host} wird zu {address} aufgelöst, das ist {range}: Aus dem Internet ist das nicht erreichbar. Es wurde kein Paket gesendet.',
  proxyHeaderExpected:
    '{peer} schließt einfache Verbindungen ohne Antwort und antwortet hinter einem PROXY-Header („{text}“): Er wartet darauf, dass ein Balancer sagt, wer der Client ist, und Clients aus dem Internet tun das nicht.',
  proxyHeaderToClient:
    '{peer} sendet diesem Client vor den eigenen ersten Worten einen PROXY-Header („{text}“): Ein Balancer oder Proxy schreibt ihn in die falsche Richtung, und Clients, die ihn nicht erwarten, lehnen den Server ab.',
  proxyHeaderUnexpected:
    '{peer} beschwert sich („{text}“) auf einer Verbindung, auf der dieser Client nichts sendet: Ein Balancer oder eine Firewall davor sendet einen PROXY-Header, und der Server dahinter erwartet keinen.',
  refused:
    '{peer} weist Verbindungen ab ({code}, nach {ms} ms): Dort lauscht kein Dienst, oder eine Firewall weist ab.',
  resets: '{peer} nimmt Verbindungen an und setzt sie ohne ein Byte zurück (RST).',
  resetsAtOnce:
    '{peer} schließt den TCP-Handshake ab und setzt die Verbindung sofort zurück (RST): Eine Firewall oder ein Proxy antwortet, und dahinter ist nichts.',
  silent:
    '{peer} nimmt Verbindungen an, hat aber in {ms} ms kein Byte gesendet: Vielleicht antwortet eine Middlebox für einen toten Server, oder der Dienst hängt.',
  unreachable:
    'Ein Router oder eine Firewall unterwegs hat geantwortet, dass {peer} nicht erreichbar ist ({code}).',
};
