/** The people of a station: who may sign in, in which role, and by which handle they stand in reports. */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { isoTime } from '../../../net/clock.ts';
import { ROLES, type Role } from '../../../service/api/roles.ts';
import type { Database } from '../store/database.ts';

/** `owner`: whoever may read the data folder; `local`: with a password; `issuer`: by OpenID Connect; `removed`: nobody any more. */
export const PERSON_KINDS = ['owner', 'local', 'issuer', 'removed'] as const;

const PersonRow = z.object({
  handle: z.string(),
  kind: z.enum(PERSON_KINDS),
  name: z.string().nullable(),
  role: z.enum(ROLES),
  password: z.string().nullable(),
  disabled_at: z.string().nullable(),
  made_at: z.string(),
  made_by: z.string(),
  signed_in_at: z.string().nullable(),
});

export interface Person {
  /** What stands in reports, on record and in logs: it says nothing of the person without this table. */
  readonly handle: string;
  readonly kind: (typeof PERSON_KINDS)[number];
  /** Absent: forgotten. */
  readonly name?: string;
  readonly role: Role;
  readonly isDisabled: boolean;
  /** These ISO 8601 UTC. */
  readonly madeAt: string;
  readonly madeBy: string;
  readonly signedInAt?: string;
}

export interface PersonChange {
  readonly role?: Role;
  readonly disabled?: boolean;
}

export interface PeopleStore {
  /** Whoever may read the data folder; written down when it is asked for first. */
  owner(): Person;
  /** Undefined also for those who were removed or disabled. */
  active(handle: string): Person | undefined;
  find(handle: string): Person | undefined;
  /** With the stored form of the password. */
  byName(name: string): { readonly person: Person; readonly password: string } | undefined;
  /** Undefined: the name is taken. */
  addLocal(person: {
    readonly name: string;
    readonly role: Role;
    readonly password: string;
    readonly by: string;
  }): Person | undefined;
  /** The person that an issuer names; new at the first sign-in, with the role of today. */
  ofIssuer(person: {
    readonly issuer: string;
    readonly subject: string;
    readonly name: string;
    readonly role: Role;
  }): Person;
  signedIn(handle: string): void;
  passwordOf(handle: string): string | undefined;
  setPassword(handle: string, password: string): void;
  change(handle: string, change: PersonChange): boolean;
  /** Those of a name, or of a handle. */
  named(text: string): readonly Person[];
  list(): readonly Person[];
  /** Can't sign in any more; the name stays, for the record. */
  remove(handle: string): boolean;
  /** Takes the name away, too. */
  forget(handle: string): void;
}

export const OWNER = 'owner';
const HANDLE = /^p-[0-9a-f]{8}$/;
const newHandle = (): string => `p-${randomBytes(4).toString('hex')}`;

/** What no token may be called, since reports would name a person. */
export const isHandle = (text: string): boolean => text === OWNER || HANDLE.test(text);

export function createPeopleStore(database: Database, now: () => number): PeopleStore {
  const at = (): string => isoTime(now());
  const row = (sql: string, ...values: readonly string[]): z.infer<typeof PersonRow> | undefined => {
    const found = database.first(sql, ...values);
    return found && PersonRow.parse(found);
  };
  const byHandle = (handle: string): z.infer<typeof PersonRow> | undefined =>
    row('SELECT * FROM people WHERE handle = ?', handle);
  const find = (handle: string): Person | undefined => {
    const found = byHandle(handle);
    return found && personOf(found);
  };
  const named = (text: string): Person[] =>
    database
      .all('SELECT * FROM people WHERE handle = ?1 OR name = ?1 COLLATE NOCASE ORDER BY made_at', text)
      .map((one) => personOf(PersonRow.parse(one)));
  const insert = (person: {
    readonly handle: string;
    readonly kind: Person['kind'];
    readonly name: string;
    readonly role: Role;
    readonly by: string;
    readonly password?: string;
    readonly issuer?: string;
    readonly subject?: string;
  }): Person => {
    database.run(
      `INSERT INTO people (handle, kind, name, role, password, issuer, subject, made_at, made_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      person.handle,
      person.kind,
      person.name,
      person.role,
      person.password ?? null,
      person.issuer ?? null,
      person.subject ?? null,
      at(),
      person.by,
    );
    return personOf(PersonRow.parse(byHandle(person.handle)));
  };
  return {
    find,
    named,
    owner: () =>
      database.transaction(
        () =>
          find(OWNER) ??
          insert({ handle: OWNER, kind: 'owner', name: OWNER, role: 'operator', by: 'the data folder' }),
      ),
    active(handle) {
      const person = find(handle);
      return person === undefined || person.isDisabled || person.kind === 'removed' ? undefined : person;
    },
    byName(name) {
      const found = row(`SELECT * FROM people WHERE kind = 'local' AND name = ? COLLATE NOCASE`, name);
      return found?.password == null ? undefined : { person: personOf(found), password: found.password };
    },
    addLocal: (person) =>
      database.transaction(() =>
        named(person.name).some(({ kind }) => kind === 'local' || kind === 'owner')
          ? undefined
          : insert({ ...person, handle: newHandle(), kind: 'local' }),
      ),
    ofIssuer: ({ issuer, subject, name, role }) =>
      database.transaction(() => {
        const known = row('SELECT * FROM people WHERE issuer = ? AND subject = ?', issuer, subject);
        if (known === undefined)
          return insert({ handle: newHandle(), kind: 'issuer', name, role, issuer, subject, by: issuer });
        database.run('UPDATE people SET name = ?, role = ? WHERE handle = ?', name, role, known.handle);
        return personOf({ ...known, name, role });
      }),
    signedIn: (handle) =>
      void database.run('UPDATE people SET signed_in_at = ? WHERE handle = ?', at(), handle),
    passwordOf: (handle) => byHandle(handle)?.password ?? undefined,
    setPassword: (handle, password) =>
      void database.run('UPDATE people SET password = ? WHERE handle = ?', password, handle),
    change: (handle, { role, disabled }) =>
      database.transaction(() => {
        const person = find(handle);
        if (person === undefined || person.kind === 'removed') return false;
        const isDisabled = disabled ?? person.isDisabled;
        database.run(
          'UPDATE people SET role = ?, disabled_at = ? WHERE handle = ?',
          role ?? person.role,
          isDisabled ? at() : null,
          handle,
        );
        return true;
      }),
    list: () =>
      database
        .all('SELECT * FROM people ORDER BY made_at, handle')
        .map((one) => personOf(PersonRow.parse(one))),
    remove: (handle) =>
      database.run(
        `UPDATE people SET kind = 'removed', password = NULL, issuer = NULL, subject = NULL, disabled_at = ?
         WHERE handle = ? AND kind <> 'removed'`,
        at(),
        handle,
      ) === 1,
    forget: (handle) =>
      void database.run(
        `UPDATE people SET kind = 'removed', name = NULL, password = NULL, issuer = NULL, subject = NULL,
           disabled_at = coalesce(disabled_at, ?) WHERE handle = ?`,
        at(),
        handle,
      ),
  };
}

const personOf = (row: z.infer<typeof PersonRow>): Person => ({
  handle: row.handle,
  kind: row.kind,
  ...(row.name !== null && { name: row.name }),
  role: row.role,
  isDisabled: row.disabled_at !== null,
  madeAt: row.made_at,
  madeBy: row.made_by,
  ...(row.signed_in_at !== null && { signedInAt: row.signed_in_at }),
});
