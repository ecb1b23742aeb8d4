/** Where the report of a target is that was joined with logs of listeners. The original stays as it was. */
import * as z from 'zod';
import type { ItemStore } from '../ports/item-store.ts';
import { joinedItemKey } from './keys.ts';

export const JoinedReport = z.object({
  /** Object keys by format. */
  keys: z.object({ json: z.string(), html: z.string(), md: z.string() }),
  /** One more with each log. */
  version: z.int().min(1),
  joinedAt: z.iso.datetime(),
  joinedBy: z.string(),
  /** What was read aloud at the other end, port by port: the last word of each counts. */
  words: z.array(z.object({ host: z.string(), port: z.int(), words: z.string() })).optional(),
  /** Epoch seconds. */
  ttl: z.int(),
});
export type JoinedReport = z.infer<typeof JoinedReport>;

export const readJoined = async (
  items: Pick<ItemStore, 'get'>,
  runId: string,
  index: number,
): Promise<JoinedReport | undefined> =>
  JoinedReport.safeParse(await items.get(joinedItemKey(runId, index))).data;

/** False: another log was joined since `before` was read. */
export const writeJoined = (
  items: Pick<ItemStore, 'put'>,
  runId: string,
  index: number,
  joined: JoinedReport,
  before: JoinedReport | undefined,
): Promise<boolean> =>
  items.put(
    { ...joinedItemKey(runId, index), ...joined },
    before === undefined ? { absent: true } : { equals: { version: before.version } },
  );
