/** The kill switch: a file among the objects of runs, so that it survives the process. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '../../../model/parse-json.ts';
import { StopNotice } from '../../../model/stop-notice.ts';
import type { RunStore } from '../../../service/ports/run-store.ts';
import type { StopSwitch } from '../../../service/ports/stop-switch.ts';
import { failure } from '../../../service/runs/failure.ts';
import { STOP_KEY } from '../../../service/runs/keys.ts';

/** For a file that exists but can't be read: still stopped. */
const UNREADABLE: StopNotice = {
  by: 'unknown',
  at: '1970-01-01T00:00:00.000Z',
  reason: `${STOP_KEY} is there, but holds something else than who stopped the station`,
};

/** @param folder that of `store` */
export function createStopFile(folder: string, store: RunStore): StopSwitch {
  return {
    async read() {
      try {
        return StopNotice.safeParse(parseJson(await store.get(STOP_KEY))).data ?? UNREADABLE;
      } catch (error) {
        if (error instanceof Error && /NoSuchKey/.test(error.message)) return undefined;
        throw error;
      }
    },
    set: (notice) => store.put(STOP_KEY, JSON.stringify(notice), 'application/json'),
    async clear() {
      try {
        await rm(join(folder, ...STOP_KEY.split('/')), { force: true });
      } catch (error) {
        throw failure('StoreFailed', `delete ${STOP_KEY}: ${String(error)}`, error);
      }
    },
  };
}
