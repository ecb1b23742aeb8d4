import type { Release, Slots } from '../../net/slots.ts';

export interface PullLimits {
  readonly slots: Slots;
  /** Items that may be in progress. */
  readonly outstanding: number;
  /** Asked before each pull. */
  readonly stop: () => boolean;
}

/**
 * Visits each item of an iterable, taking the next one only when a slot is free and fewer than `outstanding` are in
 * progress: an endless iterable needs no more memory than a short one. Ends when all visits have; stops taking and rejects
 * with the first error of the iterable or of a visit.
 */
export async function pullThrough<T>(
  items: Iterable<T>,
  visit: (item: T, slot: Release) => Promise<void>,
  { slots, outstanding, stop }: PullLimits,
): Promise<void> {
  const inProgress = new Set<Promise<void>>();
  const errors: unknown[] = [];
  let wake: (() => void) | undefined;

  const launch = (item: T, slot: Release): void => {
    const visiting: Promise<void> = visit(item, slot)
      .catch((error: unknown) => void errors.push(error))
      .finally(() => {
        inProgress.delete(visiting);
        wake?.();
      });
    inProgress.add(visiting);
  };
  const belowLimit = async (limit: number): Promise<void> => {
    while (inProgress.size > limit) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };

  try {
    const iterator = items[Symbol.iterator]();
    for (;;) {
      await belowLimit(outstanding - 1);
      const slot = await slots.acquire();
      if (errors.length > 0 || stop()) {
        slot();
        iterator.return?.();
        break;
      }
      const next = iterator.next();
      if (next.done) {
        slot();
        break;
      }
      launch(next.value, slot);
    }
  } catch (error) {
    errors.push(error);
  }
  await belowLimit(0);
  if (errors.length > 0) throw errors[0];
}
