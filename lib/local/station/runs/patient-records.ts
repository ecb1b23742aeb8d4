/** What a run writes down waits for a lock that another program holds, and the run with it. */
import type { PublishEvents } from '../../../service/ports/events.ts';
import { type Database, isBusy } from '../store/database.ts';
import type { WriteLine } from '../store/write-line.ts';
import type { ExecutionRecords } from './executions.ts';

/** A run has time: what it has measured is more than a caller's patience. */
const RUN_MS = 600_000;

/** All reject as the line does. */
export function patientRecords({ find, passages, begin, pass, end }: ExecutionRecords, { write }: WriteLine) {
  return {
    find,
    passages,
    begin: (...run: Parameters<typeof begin>) => write(() => begin(...run)),
    pass: (...passage: Parameters<typeof pass>) => write(() => pass(...passage), RUN_MS),
    end: (...ending: Parameters<typeof end>) => write(() => end(...ending), RUN_MS),
  };
}

/** Changes are stored under their ids, so that a second try adds none. */
export function patientPublish(
  publish: PublishEvents,
  database: Database,
  { write }: WriteLine,
): PublishEvents {
  return async (events) => {
    for (;;)
      try {
        return await publish(events);
      } catch (error) {
        if (!isBusy(error)) throw error;
        await write(() => database.transaction(() => undefined), RUN_MS);
      }
  };
}
