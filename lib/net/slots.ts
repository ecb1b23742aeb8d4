/** Gives the slot back; a second call does nothing. */
export type Release = () => void;

/** A counting semaphore, first come first served. */
export interface Slots {
  acquire(): Promise<Release>;
}

/**
 * At most `size` slots are taken at the same time. Our own code because every probe uses it: one closure and no
 * async context for each, where a general limiter allocates several.
 */
export function createSlots(size: number): Slots {
  let free = size;
  const waiting: ((release: Release) => void)[] = [];

  const releaseOnce = (): Release => {
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      const next = waiting.shift();
      if (next) next(releaseOnce());
      else free += 1;
    };
  };

  return {
    acquire() {
      if (free > 0) {
        free -= 1;
        return Promise.resolve(releaseOnce());
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}
