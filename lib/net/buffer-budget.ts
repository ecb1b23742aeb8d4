/** What all connections of a run may keep in memory of their peers' bytes, together. */
export interface BufferBudget {
  /** False: less than that is left, and nothing was taken. */
  take(bytes: number): boolean;
  give(bytes: number): void;
  /** Of the whole run, bytes. */
  readonly limit: number;
}

export function createBufferBudget(limit: number): BufferBudget {
  let left = limit;
  return {
    limit,
    take(bytes) {
      if (bytes > left) return false;
      left -= bytes;
      return true;
    },
    give(bytes) {
      left += bytes;
    },
  };
}
