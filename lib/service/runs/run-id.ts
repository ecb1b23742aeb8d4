import { isoTime } from '../../net/clock.ts';

/** `20261125T093000Z-1f0c9a7b`: sorts by time; also the name of the execution and of a folder in the bucket. */
export function newRunId(now: number, randomHex: (bytes: number) => string): string {
  const time = isoTime(now).replace(/[-:]|\.\d+/g, '');
  return `${time}-${randomHex(4)}`;
}
