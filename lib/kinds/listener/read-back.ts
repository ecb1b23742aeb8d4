import { createHash } from 'node:crypto';
import { wordsOf } from './words.ts';

/** Finds a connection by its nonce in a report that does not tell nonces. Hexadecimal. */
export const digestChallenge = (nonce: string): string =>
  createHash('sha256')
    .update(`${nonce}${wordsOf(nonce)}`)
    .digest('hex');

/** What a report holds in place of the words: a reader does not see them, and can have what was read aloud compared. */
export interface WordsDigest {
  /** Hexadecimal, of its own for each connection. */
  readonly salt: string;
  /** Hexadecimal SHA-256 over the salt and the words. */
  readonly sha256: string;
}

/** @param nonce of the challenge, hexadecimal */
export const digestWords = (nonce: string, salt: string): WordsDigest => ({
  salt,
  sha256: sha256(salt, wordsOf(nonce)),
});

/** True if a person typed the words of this digest; case, blanks and dashes don't matter. */
export const wordsFit = (typed: string, { salt, sha256: digest }: WordsDigest): boolean =>
  sha256(salt, typed) === digest;

const plain = (words: string): string => words.toLowerCase().replace(/[^a-z0-9]/g, '');

const sha256 = (salt: string, words: string): string =>
  createHash('sha256')
    .update(`${salt} ${plain(words)}`)
    .digest('hex');
