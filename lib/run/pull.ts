import type { Release, Slots } from './slots.ts';

export interface PullLimits {
  readonly slots: Slots;
  /** Items that may be between being pulled and being done. */
  readonly outstanding: number;
  /** Asked before each pull. */
  readonly stop: () => boolean;
}

/**
 * Visits each item of an iterable, pulling the next one only when a slot is free and fewer than `outstanding` are under
 * way: an endless iterable costs no more memory than a short one. Ends when all visits have; stops pulling and rejects
 * with the first error of the iterable or of a visit.
 */
export async function pullThrough<T>(
  items: Iterable<T>,
  visit: (item: T, held: Release) => Promise<void>,
  { slots, outstanding, stop }: PullLimits,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const errors: unknown[] = [];
  let wake: (() => void) | undefined;

  const launch = (item: T, held: Release): void => {
    const visiting: Promise<void> = visit(item, held)
      .catch((error: unknown) => void errors.push(error))
      .finally(() => {
        underWay.delete(visiting);
        wake?.();
      });
    underWay.add(visiting);
  };
  const belowLimit = async (limit: number): Promise<void> => {
    while (underWay.size > limit) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };

  try {
    const iterator = items[Symbol.iterator]();
    for (;;) {
      await belowLimit(outstanding - 1);
      const held = await slots.acquire();
      if (errors.length > 0 || stop()) {
        held();
        iterator.return?.();
        break;
      }
      const next = iterator.next();
      if (next.done) {
        held();
        break;
      }
      launch(next.value, held);
    }
  } catch (error) {
    errors.push(error);
  }
  await belowLimit(0);
  if (errors.length > 0) throw errors[0];
}
