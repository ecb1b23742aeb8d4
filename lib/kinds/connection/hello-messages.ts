import { catalogue, sentences } from '../contract/sentences.ts';

/** What hellos that differ in size alone prove. */
export const helloCatalogue = catalogue('hello', {
  silent:
    '{peer} answers a ClientHello of {small} bytes and never one of {large}, which needs two segments, in small ones neither: browsers send such a large one and fail, clients with a small one work. A firewall that inspects TLS and does not put both parts together is the usual reason.',
  silentOrPathMtu:
    '{peer} answers a ClientHello of {small} bytes and never one of {large}, which needs two segments: browsers send such a large one and fail, clients with a small one work. A firewall that inspects TLS and does not put both parts together is the usual reason; a link that loses large packets (path MTU) is the other, since small segments could not be tried here.',
  mail: '{peer} answers a ClientHello of {small} bytes behind STARTTLS and never one of {large}, which needs two segments: senders with a post-quantum key (OpenSSL 3.5 and newer) fail or deliver without encryption, others work. A firewall that inspects TLS and does not put both parts together is the usual reason; a link that loses large packets (path MTU) is the other.',
  closed:
    '{peer} answers a ClientHello of {small} bytes and closes or resets the connection after one of {large}, which needs two segments: browsers send such a large one and fail, clients with a small one work. A firewall that inspects TLS, or a server, does not put both parts together.',
});

export const helloSentence = sentences(helloCatalogue);
