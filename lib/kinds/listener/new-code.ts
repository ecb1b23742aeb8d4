/** A code made by Node; a browser makes one from random bytes of its own. */
import { randomBytes } from 'node:crypto';
import { codeOfBytes, type ListenerCode } from './code.ts';

/** A new code of 80 random bits. */
export const newListenerCode = (random: (bytes: number) => Uint8Array = randomBytes): ListenerCode =>
  codeOfBytes(random(10));
