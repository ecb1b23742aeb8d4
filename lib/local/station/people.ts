/** Who may ask the station: everything about it in one place, for the server and for commands beside it. */
import type { Role } from '../../service/api/roles.ts';
import { routesOf } from '../../service/api/route.ts';
import { peopleContracts } from '../../service/contracts/people.ts';
import type { Telemetry } from '../../service/ports/telemetry.ts';
import { createAttemptLimit } from './access/attempt-limit.ts';
import { createAttempts } from './access/attempts.ts';
import { createAudit, type Deed } from './access/audit.ts';
import type { CookieNames } from './access/cookies.ts';
import { peopleHandlers } from './access/handlers.ts';
import { createPasswords, type PasswordCost } from './access/password.ts';
import { createPeopleStore } from './access/people.ts';
import { createScrapeTokens } from './access/scrape-tokens.ts';
import { createSessionStore } from './access/sessions.ts';
import { signedInBy } from './access/sign-in.ts';
import { createSignInLinks } from './access/sign-in-links.ts';
import { createTokenStore } from './access/tokens.ts';
import type { PeopleDoor } from './http/server.ts';
import type { IssuerFlow } from './issuer/flow.ts';
import type { PageAnswer } from './pages/page.ts';
import { createPages } from './pages/pages.ts';
import { createAddress } from './store/address.ts';
import type { Database } from './store/database.ts';
import { takeOutName } from './store/take-out-name.ts';

export type Access = ReturnType<typeof createAccess>;

/** A person has an old link or two, and tries again; a mail program looks at each some times. */
const GUESSES = { most: 30, withinMs: 60_000 } as const;
/** How long a link of the owner is good. */
const LINK_MS = 600_000;

export function createAccess(database: Database, now: () => number) {
  const links = createSignInLinks(database, now);
  const address = createAddress(database);
  return {
    tokens: createTokenStore(database, now),
    scrapeTokens: createScrapeTokens(database, now),
    people: createPeopleStore(database, now),
    sessions: createSessionStore(database, now),
    audit: createAudit(database, now),
    links,
    now,
    takeOut: (name: string) => takeOutName(database, name),
    /** Where the station is, or was when it ran last. */
    address,
    /** The address of a page that signs in once; undefined: no station ever ran in the folder. */
    ownerLink(role: Role): string | undefined {
      const url = address.get();
      return (
        url &&
        `${url}/sign-in/link/${links.make({ kind: 'owner', role, by: 'the data folder', ms: LINK_MS })}`
      );
    },
  };
}

export interface PeopleDoorOptions {
  readonly names: () => CookieNames;
  readonly telemetry: Telemetry;
  /** The console's page. */
  readonly home?: PageAnswer | undefined;
  readonly issuer?: IssuerFlow | undefined;
  /** Ms that no setting of the clock moves. */
  readonly elapsed?: () => number;
  /** Of new passwords. */
  readonly cost?: PasswordCost;
}

export function peopleDoor(
  access: Access,
  { names, telemetry, home, issuer, elapsed = () => performance.now(), cost }: PeopleDoorOptions,
): PeopleDoor {
  const record = (deed: Deed): void => {
    try {
      access.audit.record(deed);
    } catch (error) {
      // What was done is done; that it could not be written down is for the log.
      telemetry.error('not on record', { who: deed.who, what: deed.what, reason: String(error) });
    }
  };
  return {
    record,
    pages: createPages(
      {
        ...access,
        home,
        issuer,
        passwords: createPasswords(cost),
        attempts: createAttempts(elapsed),
        guesses: createAttemptLimit({ ...GUESSES, elapsed }),
        issuerTries: createAttemptLimit({ ...GUESSES, elapsed }),
        record: (deed, { request }) => record({ ...deed, client: request.visitor.client }),
      },
      names,
    ),
    routes: (caller) => routesOf(peopleContracts, peopleHandlers(access, caller)),
    signedIn: (cookies) => signedInBy(access, cookies.get(names().session))?.caller,
  };
}
