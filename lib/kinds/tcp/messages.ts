import { catalogue, sentences } from '../contract/sentences.ts';

export const tcpCatalogue = catalogue('tcp', { answers: '{peer} answers: {text}' });
export const tcpSentence = sentences(tcpCatalogue);
