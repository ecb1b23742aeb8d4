/** Passwords of people: what is asked of them, and how they are kept. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { createSlots } from '../../../net/slots.ts';

export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB, and some tenths of a second: OWASP, Password Storage Cheat Sheet, scrypt. */
const COST: PasswordCost = { N: 2 ** 15, r: 8, p: 3 };
/** So that many wrong passwords at a time take neither all of the memory nor all of the cores. */
const AT_ONCE = 2;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const STORED = /^scrypt\$(\d{1,8})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/;

export interface Passwords {
  /** The form to be stored: algorithm, its parameters, salt and hash. */
  hash(password: string): Promise<string>;
  /** Takes as long without a stored one, so that nobody learns by the time who is known. */
  isRight(password: string, stored: string | undefined): Promise<boolean>;
}

/** @param cost of new ones; those that are stored have their own */
export function createPasswords(cost = COST): Passwords {
  const slots = createSlots(AT_ONCE);
  const derive = async (password: string, salt: Buffer, { N, r, p }: PasswordCost): Promise<Buffer> => {
    const release = await slots.acquire();
    try {
      return await scryptOf(password.normalize('NFKC'), salt, { N, r, p, maxmem: 256 * N * r });
    } finally {
      release();
    }
  };
  const dummy = randomBytes(SALT_BYTES);
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const hash = await derive(password, salt, cost);
      const { N, r, p } = cost;
      return `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
    },
    async isRight(password, stored) {
      const [, N, r, p, salt = '', hash = ''] = STORED.exec(stored ?? '') ?? [];
      if (password.length > MAX_LENGTH || N === undefined) {
        await derive('', dummy, cost);
        return false;
      }
      const given = await derive(password, Buffer.from(salt, 'base64url'), {
        N: Number(N),
        r: Number(r),
        p: Number(p),
      });
      return timingSafeEqual(given, Buffer.from(hash, 'base64url'));
    },
  };
}

const scryptOf = (password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password, salt, HASH_BYTES, options, (error, key) => (error ? reject(error) : resolve(key))),
  );

const MIN_LENGTH = 12;
const MAX_LENGTH = 256;
/** "aaaaaaaaaaaa" and "121212121212" are long, and known to whoever guesses. */
const MIN_DIFFERENT = 5;

export const PASSWORD_RULE = `At least ${MIN_LENGTH} characters, as four or five words that have nothing to do with each other. Let your password manager choose one.`;

/** What is wrong with a new password, in one sentence; undefined: nothing. */
export function passwordFault(password: string, again: string, name: string): string | undefined {
  if (password.length < MIN_LENGTH) return `It is too short: ${MIN_LENGTH} characters at least.`;
  if (password.length > MAX_LENGTH) return `It is too long: ${MAX_LENGTH} characters at most.`;
  if (new Set(password).size < MIN_DIFFERENT) return 'It repeats the same few characters.';
  const plain = password.toLowerCase();
  if (plain.includes(name.toLowerCase())) return 'Your name is in it, which is the first thing to guess.';
  if (/password|passwort|inbound.?check|qwertz?|123456/.test(plain))
    return 'It has a word in it that is guessed first.';
  return password === again ? undefined : 'The two passwords are not the same.';
}
