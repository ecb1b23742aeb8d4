/** The objects that the database of a station names, which must be there with it. */
import { parseJson } from '../../../model/parse-json.ts';
import { reportKey } from '../../../service/runs/keys.ts';
import { JoinedReport } from '../../../service/state/joined.ts';
import { RunItem } from '../../../service/state/runs.ts';
import { Share } from '../../../service/state/shares.ts';
import type { Database } from '../store/database.ts';

const PAGE = 500;
/** What is forgotten within that time may be gone already: rows go before files. */
const MARGIN_S = 86_400;

/** Keys of reports of runs that have ended, and of the copies of links. @param now epoch ms @throws `StoreFailed` */
export function* namedObjects(database: Database, now: number): Generator<string> {
  const oldest = Math.floor(now / 1_000) + MARGIN_S;
  for (let after = 0; ; ) {
    const rows = database.all(
      `SELECT rowid AS id, body FROM items WHERE rowid > ? AND (ttl IS NULL OR ttl > ?)
         AND (instr(body, '"keys":') > 0 OR instr(body, '"finishedAt":') > 0) ORDER BY rowid LIMIT ?`,
      after,
      oldest,
      PAGE,
    );
    for (const { body } of rows) yield* keysOf(parseJson(String(body)));
    const last = rows.at(-1);
    if (last === undefined) return;
    after = Number(last.id);
  }
}

function keysOf(item: unknown): readonly string[] {
  const share = Share.safeParse(item).data;
  if (share !== undefined) return share.revokedAt === undefined ? Object.values(share.keys) : [];
  const joined = JoinedReport.safeParse(item).data;
  if (joined !== undefined) return Object.values(joined.keys);
  const run = RunItem.safeParse(item).data;
  if (run?.finishedAt === undefined) return [];
  return run.targets.map((_, index) => reportKey(run.runId, index, 'json'));
}
