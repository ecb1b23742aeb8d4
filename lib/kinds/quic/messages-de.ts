import type { Translation } from '../contract/sentences.ts';
import type { quicCatalogue } from './messages.ts';

export const quicGerman: Translation<typeof quicCatalogue> = {
  notQuic:
    '{peer} hat ein Datagramm gesendet, das keine Antwort auf unsere QUIC-Pakete ist; es beginnt mit {bytes}.',
  offers: '{peer} spricht QUIC und bietet {versions} an',
  offersNone: '{peer} spricht QUIC und bietet keine Version an',
  portUnreachable: '{peer} antwortet mit ICMP port-unreachable: Dort lauscht nichts auf QUIC.',
  version1: '{peer} spricht QUIC Version 1; Version Negotiation beantwortet er nicht',
};
