/** The tables of the station's database, and how an older database becomes one of today. */
import { failure } from '../../../service/runs/failure.ts';
import type { Database } from './database.ts';

/**
 * One entry a version, applied in order and each once. Keys are blobs: they sort by the bytes of UTF-8, as the port
 * asks, and a NUL in one does not end it.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE items (
    pk BLOB NOT NULL, sk BLOB NOT NULL, kind BLOB, name BLOB, ttl INTEGER, body TEXT NOT NULL,
    PRIMARY KEY (pk, sk)
  );
  CREATE INDEX items_listed ON items (kind, name, pk, sk) WHERE kind IS NOT NULL AND name IS NOT NULL;
  CREATE INDEX items_ttl ON items (ttl) WHERE ttl IS NOT NULL;
  CREATE TABLE members (
    pk BLOB NOT NULL, sk BLOB NOT NULL, member BLOB NOT NULL, ttl INTEGER NOT NULL,
    PRIMARY KEY (pk, sk, member)
  );
  CREATE INDEX members_ttl ON members (ttl);
  CREATE TABLE executions (
    run_id TEXT PRIMARY KEY, status TEXT NOT NULL, input TEXT NOT NULL, started_at TEXT NOT NULL,
    stopped_at TEXT, error TEXT, cause TEXT
  );
  CREATE INDEX executions_status ON executions (status);
  CREATE INDEX executions_started ON executions (started_at);
  CREATE TABLE passages (
    run_id TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    data TEXT NOT NULL, error TEXT,
    PRIMARY KEY (run_id, number)
  );
  CREATE TABLE tokens (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE, made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL, used_at TEXT
  );
  CREATE TABLE health (id INTEGER PRIMARY KEY CHECK (id = 1), looked_at TEXT NOT NULL);
  `,
  // Changes that are to be sent: `due_at` and `added_at` in milliseconds since 1970, `ended_at` once there is no more to do.
  `
  CREATE TABLE outbox (
    event_id TEXT PRIMARY KEY, event TEXT NOT NULL, added_at INTEGER NOT NULL, due_at INTEGER NOT NULL,
    tries INTEGER NOT NULL, ended_at INTEGER, how TEXT
  );
  CREATE INDEX outbox_open ON outbox (due_at) WHERE ended_at IS NULL;
  `,
  // People, their sessions, links that are good once, and who did what.
  `
  CREATE TABLE people (
    handle TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT, role TEXT NOT NULL, password TEXT,
    issuer TEXT, subject TEXT, disabled_at TEXT, made_at TEXT NOT NULL, made_by TEXT NOT NULL, signed_in_at TEXT
  );
  CREATE UNIQUE INDEX people_name ON people (name COLLATE NOCASE) WHERE kind = 'local' AND name IS NOT NULL;
  CREATE UNIQUE INDEX people_subject ON people (issuer, subject) WHERE issuer IS NOT NULL;
  CREATE TABLE sessions (
    sha256 TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, person TEXT NOT NULL, role TEXT NOT NULL,
    made_at TEXT NOT NULL, used_at TEXT NOT NULL, expires_at TEXT NOT NULL, client TEXT, agent TEXT
  );
  CREATE INDEX sessions_person ON sessions (person);
  CREATE TABLE sign_in_links (
    sha256 TEXT PRIMARY KEY, kind TEXT NOT NULL, role TEXT NOT NULL, name TEXT, made_by TEXT NOT NULL,
    made_at TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT
  );
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
    about TEXT, client TEXT, outcome TEXT NOT NULL
  );
  CREATE INDEX audit_at ON audit (at);
  ALTER TABLE tokens ADD COLUMN person TEXT;
  CREATE TABLE address (id INTEGER PRIMARY KEY CHECK (id = 1), url TEXT NOT NULL);
  `,
  'CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), seen_at TEXT NOT NULL, turns INTEGER NOT NULL)',
  'CREATE TABLE scrape_tokens (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, expires_at TEXT NOT NULL)',
];

/** The newest that this program knows. */
export const LAST_VERSION = MIGRATIONS.length;

/** Of the data; 0: nothing is in it yet. @throws `StoreFailed` */
export function dataVersion(database: Database): number {
  const isMade =
    database.first("SELECT 1 AS made FROM sqlite_master WHERE name = 'migrations'") !== undefined;
  return isMade ? Number(database.first('SELECT max(version) AS version FROM migrations')?.version ?? 0) : 0;
}

/**
 * All of the steps, or none.
 *
 * @param migrations those of another version, for tests
 * @throws `StoreFailed`, also for a database that a later version of the program has written
 */
export function migrate(
  database: Database,
  now: () => number,
  migrations: readonly string[] = MIGRATIONS,
): void {
  // WAL: readers and the one writer don't wait for each other. FULL: what is committed survives a loss of power, too.
  database.first('PRAGMA journal_mode = WAL');
  database.execute('PRAGMA synchronous = FULL');
  database.transaction(() => {
    database.execute('CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, at TEXT NOT NULL)');
    const known = dataVersion(database);
    if (known > migrations.length)
      throw failure(
        'StoreFailed',
        `the data is of a later version (${known}) than this program knows (${migrations.length}): install that version`,
      );
    for (const [index, sql] of migrations.entries()) {
      if (index < known) continue;
      database.execute(sql);
      database.run('INSERT INTO migrations VALUES (?, ?)', index + 1, new Date(now()).toISOString());
    }
  });
}
