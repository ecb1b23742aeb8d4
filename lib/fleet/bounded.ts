/** Calls of one step under way at a time: the SDK's own sockets for one host are 50. */
export const CALLS_AT_A_TIME = 16;

/** `work` on each item, so many at a time; results in the items' order. After the first rejection no more are begun. */
export async function eachBounded<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  atATime: number = CALLS_AT_A_TIME,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await work(item, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, worker));
  return results;
}
