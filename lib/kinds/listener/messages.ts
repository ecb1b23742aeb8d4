import { catalogue, sentences } from '../contract/sentences.ts';

export const listenerCatalogue = catalogue('listener', {
  /** `source`: one of the phrases below, or nothing. */
  proven: 'Proven end to end: {dialled} → {destination}, where the listener answers{+source}.',
  sameSource: '; source not rewritten ({source})',
  otherSource: '; source rewritten on the way: sent from {sent}, seen as {source}',
  seenSource: '; source seen as {source}',
  inClear: '; without TLS, which the listener there does not speak',
  beside: '; below /Temporary_Listen_Addresses/, beside the web server that is there',
  tlsTerminated:
    'The listener answers ({dialled} → {destination}), but something on the way ends TLS: the proof was made in another TLS session than this client has.',
  tlsAdded:
    'The listener answers ({dialled} → {destination}), but it sees TLS and this client spoke without: something on the way adds it.',
  tlsRemoved:
    'The listener answers ({dialled} → {destination}), but without TLS, which this client spoke: something on the way ends it.',
  wrongProof:
    '{peer} answers with a wrong proof: another listener, one with another code, or a proof that was made for another connection. It claims to be {destination}.',
  noProof:
    '{peer} answers, but not as the listener does: another machine, another program, or a listener without the code answered. It says: {text}',
  claims:
    '{peer} answers as a listener does and claims to be {destination}; no code was given, so nothing of that is proven.',
  answers: '{peer} answers: {text}. No code was given, so which machine that is remains open.',
});
export const listenerSentence = sentences(listenerCatalogue);
