/**
 * SQLite through the package libsql: synchronous, and every committed write is on the disk before the call returns, unless
 * it is told otherwise (durable.ts).
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { failure } from '../../../service/runs/failure.ts';

export type SqlValue = string | number | null | Buffer;
/** Columns by name; the package puts one of its own beside them. */
export type SqlRow = Readonly<Record<string, unknown>>;

export interface Database {
  /** Statements without values. */
  execute(sql: string): void;
  /** Gives the number of rows that were changed. */
  run(sql: string, ...values: readonly SqlValue[]): number;
  first(sql: string, ...values: readonly SqlValue[]): SqlRow | undefined;
  all(sql: string, ...values: readonly SqlValue[]): readonly SqlRow[];
  /** All of it, or nothing; no other writer, of this process or another, comes in between. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** What is used of libsql. Its own types are left alone: it is optional, and need not be there when this is compiled. */
interface Libsql {
  exec(sql: string): void;
  prepare(sql: string): {
    run(values: readonly SqlValue[]): { readonly changes: number };
    get(values: readonly SqlValue[]): SqlRow | undefined;
    all(values: readonly SqlValue[]): readonly SqlRow[];
  };
  close(): void;
}

/** Not a literal at the place of the import: the bundler would put it into the bundle, where its native part is not found. */
const PACKAGE: string = 'libsql';

/** Another process that writes (`serve token`) is done within milliseconds; a command has time for one that takes longer. */
const BUSY_MS = 5_000;

export type OpenedDatabase =
  | { readonly ok: true; readonly database: Database }
  /** `why`: one clause for people. */
  | { readonly ok: false; readonly why: string; readonly isLocked: boolean };

/**
 * Opens the file, or makes it. What fails later rejects or throws as `StoreFailed`. Never rejects.
 *
 * @param busyMs how long another process that writes is waited for
 */
export async function openDatabase(path: string, busyMs = BUSY_MS): Promise<OpenedDatabase> {
  const found = await loadLibrary();
  if ('why' in found) return { ok: false, why: found.why, isLocked: false };
  try {
    forOwnerAlone(path);
    const library = new found.create(path);
    library.exec(`PRAGMA busy_timeout = ${busyMs}`);
    return { ok: true, database: createDatabase(library, busyMs) };
  } catch (error) {
    return { ok: false, why: `${path}: ${wordsOf(error)}`, isLocked: isBusy(error) };
  }
}

/** One clause that says why the package can't be used; undefined: it can. */
export async function missingLibrary(): Promise<string | undefined> {
  const found = await loadLibrary();
  return 'why' in found ? found.why : undefined;
}

async function loadLibrary(): Promise<
  { readonly create: new (path: string) => Libsql } | { readonly why: string }
> {
  try {
    const found: { readonly default: new (path: string) => Libsql } = await import(PACKAGE);
    return { create: found.default };
  } catch (error) {
    return { why: missingWords(error) };
  }
}

/**
 * SQLite makes a file that others may read, and the files beside it like that one. One that is there is not opened: to
 * close it again would end the locks that this process may have on it.
 */
function forOwnerAlone(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    chmodSync(path, 0o600);
  }
}

function createDatabase(library: Libsql, busyMs: number): Database {
  const prepared = new Map<string, ReturnType<Libsql['prepare']>>();
  const statement = (sql: string): ReturnType<Libsql['prepare']> => {
    const known = prepared.get(sql) ?? library.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  const patience = (ms: number): void => library.exec(`PRAGMA busy_timeout = ${ms}`);
  let isLocked = false;
  /** SQLite waits with the whole process: once for a lock, and not again before it was free. */
  const writing = <T>(work: () => T): T => {
    try {
      const done = orStoreFailed(work);
      if (isLocked) patience(busyMs);
      isLocked = false;
      return done;
    } catch (error) {
      if (isBusy(error) && !isLocked) {
        isLocked = true;
        patience(0);
      }
      throw error;
    }
  };
  let isInside = false;
  const transaction = <T>(work: () => T): T => {
    writing(() => library.exec('BEGIN IMMEDIATE'));
    isInside = true;
    try {
      const result = work();
      orStoreFailed(() => library.exec('COMMIT'));
      return result;
    } catch (error) {
      rollBack(library);
      throw error;
    } finally {
      isInside = false;
    }
  };
  return {
    execute: (sql) => writing(() => library.exec(sql)),
    run(sql, ...values) {
      const change = (): number => orStoreFailed(() => statement(sql).run(values).changes);
      // libsql leaves a statement that found the lock taken as it was, with what it had begun to read: every later write of
      // the connection would then be refused. One that has the lock before it begins does not get there.
      return isInside ? change() : transaction(change);
    },
    first: (sql, ...values) => orStoreFailed(() => statement(sql).get(values)),
    all: (sql, ...values) => orStoreFailed(() => statement(sql).all(values)),
    transaction,
    close: () => library.close(),
  };
}

/** SQLite has rolled back by itself after some errors, as of a full disk; then there is nothing to roll back. */
function rollBack(library: Libsql): void {
  try {
    library.exec('ROLLBACK');
  } catch {
    // The first error is the one to tell.
  }
}

function orStoreFailed<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failure('StoreFailed', wordsOf(error), error);
  }
}

export const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && String(error.code).startsWith('SQLITE_BUSY')) ||
    /database is locked/.test(error.message) ||
    isBusy(error.cause));

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function missingWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return code === 'ERR_MODULE_NOT_FOUND'
    ? 'the optional package libsql, which holds its data, is not installed'
    : `the package libsql, which holds its data, does not load here (${code.slice(0, 200)})`;
}
