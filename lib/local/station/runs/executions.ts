/** Runs as the state machine of a fleet would keep them: what was asked, and each step that was entered and left. */
import * as z from 'zod';
import { parseJson } from '../../../model/parse-json.ts';
import { isoTime } from '../../../net/clock.ts';
import type { ExecutionState, StatePassage } from '../../../service/ports/executions.ts';
import type { ShortExecution } from '../../../service/ports/running-executions.ts';
import type { Database, SqlRow } from '../store/database.ts';

export interface ExecutionRecords {
  /** `taken`: there is a run of that id with another request. */
  begin(runId: string, request: unknown): 'begun' | 'known' | 'taken';
  find(runId: string): ExecutionState | undefined;
  passages(runId: string): readonly StatePassage[];
  /** Adds to what the run has gone through. */
  pass(runId: string, passage: StatePassage): void;
  /** False: it had ended already, and stays as it is. */
  end(runId: string, how: ExecutionEnd): boolean;
  /** Ids of those that have not ended, oldest first. */
  running(): readonly string[];
  recent(limit: number): readonly ShortExecution[];
  /** Removes those that ended before that time (ISO 8601 UTC). */
  forgetBefore(time: string): void;
}

/** The same, where a write may wait for a lock that another program holds. */
export interface PatientRecords extends Pick<ExecutionRecords, 'find' | 'passages'> {
  pass(...passage: Parameters<ExecutionRecords['pass']>): void | Promise<void>;
  end(...ending: Parameters<ExecutionRecords['end']>): boolean | Promise<boolean>;
}

export interface ExecutionEnd {
  readonly status: Exclude<ExecutionState['status'], 'RUNNING'>;
  readonly error?: string;
  readonly cause?: string;
}

const Status = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);
const Execution = z.object({
  run_id: z.string(),
  status: Status,
  input: z.string(),
  started_at: z.string(),
  stopped_at: z.string().nullable(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
});
const Passage = z.object({
  kind: z.enum(['entered', 'exited', 'failed']),
  name: z.string(),
  data: z.string(),
  error: z.string().nullable(),
});

export function createExecutionRecords(database: Database, now: () => number): ExecutionRecords {
  const find = (runId: string): ExecutionState | undefined => {
    const row = database.first('SELECT * FROM executions WHERE run_id = ?', runId);
    return row && stateOf(row);
  };
  return {
    find,
    begin: (runId, request) => {
      const input = JSON.stringify(request);
      return database.transaction(() => {
        const known = database.first('SELECT input FROM executions WHERE run_id = ?', runId);
        if (known !== undefined) return known.input === input ? 'known' : 'taken';
        database.run(
          'INSERT INTO executions (run_id, status, input, started_at) VALUES (?, ?, ?, ?)',
          runId,
          'RUNNING',
          input,
          isoTime(now()),
        );
        return 'begun';
      });
    },
    passages: (runId) =>
      database.all('SELECT * FROM passages WHERE run_id = ? ORDER BY number', runId).map(passageOf),
    pass(runId, { kind, name, data, ...more }) {
      database.run(
        `INSERT INTO passages (run_id, number, kind, name, data, error)
         VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM passages WHERE run_id = ?), ?, ?, ?, ?)`,
        runId,
        runId,
        kind,
        name,
        JSON.stringify(data ?? null),
        'error' in more ? more.error : null,
      );
    },
    end: (runId, { status, error, cause }) =>
      database.run(
        `UPDATE executions SET status = ?, stopped_at = max(started_at, ?), error = ?, cause = ?
         WHERE run_id = ? AND status = 'RUNNING'`,
        status,
        isoTime(now()),
        error ?? null,
        cause ?? null,
        runId,
      ) === 1,
    running: () =>
      database
        .all("SELECT run_id FROM executions WHERE status = 'RUNNING' ORDER BY started_at, run_id")
        .map(({ run_id }) => String(run_id)),
    recent: (limit) =>
      database
        .all('SELECT * FROM executions ORDER BY started_at DESC, run_id DESC LIMIT ?', limit)
        .map(shortOf),
    forgetBefore(time) {
      database.transaction(() => {
        database.run(
          'DELETE FROM passages WHERE run_id IN (SELECT run_id FROM executions WHERE stopped_at < ?)',
          time,
        );
        database.run('DELETE FROM executions WHERE stopped_at < ?', time);
      });
    },
  };
}

function stateOf(row: SqlRow): ExecutionState {
  const { status, input, started_at, stopped_at, error, cause } = Execution.parse(row);
  return {
    status,
    input: parseJson(input),
    startedAt: started_at,
    ...(stopped_at !== null && { stoppedAt: stopped_at }),
    ...(error !== null && { error }),
    ...(cause !== null && { cause }),
  };
}

function passageOf(row: SqlRow): StatePassage {
  const { kind, name, data, error } = Passage.parse(row);
  const passage = { name, data: parseJson(data) };
  return kind === 'failed' ? { kind, ...passage, error: error ?? 'unknown' } : { kind, ...passage };
}

function shortOf(row: SqlRow): ShortExecution {
  const { run_id: name, status, started_at: startedAt, stopped_at } = Execution.parse(row);
  return { name, kind: 'check', status, startedAt, ...(stopped_at !== null && { stoppedAt: stopped_at }) };
}
