import type { Translation } from '../contract/sentences.ts';
import type { tcpCatalogue } from './messages.ts';

export const tcpGerman: Translation<typeof tcpCatalogue> = {
  answers: '{peer} antwortet: {text}',
};
