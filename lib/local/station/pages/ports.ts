/** What the pages of the station rest on, and one visit to them. */

import type { AttemptLimit } from '../access/attempt-limit.ts';
import type { Attempts } from '../access/attempts.ts';
import type { Audit, Deed } from '../access/audit.ts';
import type { CookieNames } from '../access/cookies.ts';
import type { Passwords } from '../access/password.ts';
import type { PeopleStore } from '../access/people.ts';
import type { SessionStore } from '../access/sessions.ts';
import type { SignedIn } from '../access/sign-in.ts';
import type { SignInLinks } from '../access/sign-in-links.ts';
import type { IssuerFlow } from '../issuer/flow.ts';
import type { PageAnswer } from './page.ts';
import type { PageRequest } from './request.ts';

export interface PagePorts {
  readonly people: PeopleStore;
  readonly sessions: SessionStore;
  readonly links: SignInLinks;
  readonly audit: Audit;
  /** The console's page; absent: it was not built, and the account takes its place. */
  readonly home?: PageAnswer | undefined;
  readonly passwords: Passwords;
  readonly attempts: Attempts;
  /** Of links that lead nowhere. One that is good opens all the same: nobody can keep others of their network out. */
  readonly guesses: AttemptLimit;
  /** Of sign-ins by the issuer that came to nothing: each may have been a question to it. */
  readonly issuerTries: AttemptLimit;
  /** Sign-in by OpenID Connect. */
  readonly issuer?: IssuerFlow | undefined;
  /** Writes down what somebody did, from where they visit. */
  readonly record: (deed: Omit<Deed, 'client'>, visit: Visit) => void;
}

export interface Visit {
  readonly request: PageRequest;
  readonly names: CookieNames;
  /** Absent: nobody is signed in. */
  readonly signedIn?: SignedIn;
  /** The secret of that session. */
  readonly session: string | undefined;
}
