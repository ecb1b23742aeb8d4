/** The secret of a share link, and of a token of the station. It is shown once, to the person who makes it; only its SHA-256 is kept. */
import { randomBytes } from 'node:crypto';
import { sha256 } from '../../report/signature/canonical.ts';

/** 256 bits: nobody guesses one, and no salt is needed to keep its hash from being turned back. */
const TOKEN_BYTES = 32;

/** base64url (RFC 4648 §5) of 32 bytes: 43 characters, the last of which holds 4 bits alone. */
const TOKEN = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** Hex digits of the hash that name a share in lists, logs and keys: they open nothing. */
const ID_DIGITS = 16;

export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

export const isToken = (text: string): boolean => TOKEN.test(text);

/** SHA-256, hex, of the token's text. */
export const hashOf = (token: string): string => sha256(token);

/** The share's public id: the beginning of its token's hash. */
export const idOf = (hash: string): string => hash.slice(0, ID_DIGITS);

export const isShareId = (text: string): boolean => /^[0-9a-f]{16}$/.test(text);
