/** Random choices that a seed repeats. Math.random can't be seeded, and fast-check's shrinking is of no use to a socket. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
  /** True in `part` of all cases. */
  chance(part: number): boolean;
  pick<T>(list: readonly T[]): T;
  bytes(length: number): Buffer;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(text)) state = Math.imul(state ^ byte, 0x01000193);
  return state >>> 0;
}

/** sfc32 (PractRand), seeded from a text: `createRandom('1 smtp 17')`. */
export function createRandom(seed: string): Random {
  let [a, b, c, counter] = [hash(seed), hash(`${seed}b`), hash(`${seed}c`), 1];
  const next = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    return result >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next();
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    chance: (part) => next() / 2 ** 32 < part,
    pick(list) {
      const one = list[below(list.length)];
      if (one === undefined) throw new Error('nothing to pick from');
      return one;
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}
