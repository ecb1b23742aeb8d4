import { catalogue, sentences } from '../contract/sentences.ts';

export const quicCatalogue = catalogue('quic', {
  portUnreachable: '{peer} answers with ICMP port-unreachable: nothing listens there for QUIC.',
  offers: '{peer} speaks QUIC and offers {versions}',
  offersNone: '{peer} speaks QUIC and offers no version',
  version1: '{peer} speaks QUIC version 1; it does not answer Version Negotiation',
  notQuic: '{peer} sent a datagram that is no answer to our QUIC packets; it begins with {bytes}.',
});
export const quicSentence = sentences(quicCatalogue);
