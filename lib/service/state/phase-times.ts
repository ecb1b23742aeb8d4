/** How long the phases of a run's endpoints took, as a run's line keeps them: gzipped, 200 bytes for three endpoints from three vantages. */
import * as z from 'zod';
import { parseJson } from '../../model/parse-json.ts';
import { compress, decompress } from './compressed.ts';

const Milliseconds = z.number().min(0);

/** Milliseconds, as `timings` of a report has them; a phase that was not reached is absent. */
const VantageTimes = z.object({
  vantage: z.string(),
  dns: Milliseconds.optional(),
  connect: Milliseconds.optional().describe('SYN to SYN-ACK.'),
  tls: Milliseconds.optional().describe('ClientHello to Finished.'),
  firstByte: Milliseconds.optional().describe('Request, or connect, to the first byte.'),
});

export const EndpointTimes = z.object({
  endpoint: z.string(),
  vantages: z.array(VantageTimes).describe('Of several addresses of one vantage the slowest.'),
});
export type EndpointTimes = z.infer<typeof EndpointTimes>;

/** Characters in an item: a write of 8 kB, which a thousand times of a hundred endpoints need. */
const MAX_COMPRESSED = 8_192;
const MAX_BYTES = 1_000_000;

/** As many of the endpoints as there is room for; undefined: nothing was measured. */
export function writeTimes(all: readonly EndpointTimes[]): string | undefined {
  for (let kept = all; kept.length > 0; kept = kept.slice(0, Math.floor(kept.length / 2))) {
    const text = JSON.stringify(kept);
    const small = text.length <= MAX_BYTES ? compress(text) : undefined;
    if (small !== undefined && small.length <= MAX_COMPRESSED) return small;
  }
  return undefined;
}

/** What can't be read was not measured. */
export const readTimes = (written: string | undefined): readonly EndpointTimes[] =>
  written === undefined
    ? []
    : (z.array(EndpointTimes).safeParse(parseJson(decompress(written, MAX_BYTES))).data ?? []);
