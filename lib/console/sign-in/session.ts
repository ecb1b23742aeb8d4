/** Who is signed in, in this page's memory alone: a page that is loaded again asks the sign-in page once more. */
import type { BegunSignIn } from './authorization.ts';
import { type AwsCredentials, credentialsFor } from './aws-credentials.ts';
import type { FleetSettings } from './fleet-settings.ts';
import { personOf, refreshed, type SignedInPerson, type Tokens, tokensFor } from './tokens.ts';

export type Entered =
  | { readonly status: 'in'; readonly person: SignedInPerson }
  /** Signed in, and nobody has said yet what they may do. */
  | { readonly status: 'no-group'; readonly person: SignedInPerson }
  | { readonly status: 'refused' }
  | { readonly status: 'unreachable' };

export interface ConsoleSession {
  /** With the code that the sign-in page has sent. Never rejects. */
  enter(code: string, begun: Pick<BegunSignIn, 'verifier'>): Promise<Entered>;
  /** Fresh for some minutes at least; undefined: sign in again. Rejects when Cognito is out of reach. */
  credentials(): Promise<AwsCredentials | undefined>;
  /** AWS no longer takes the credentials: the next ones are new. */
  dropCredentials(): void;
  /** Now, by the clock of AWS: a signature may be five minutes off, and a computer's clock is more at times. */
  now(): Date;
}

/** Milliseconds before their end that credentials are replaced. */
const EARLY_MS = 300_000;

export function createSession(settings: FleetSettings, origin: string): ConsoleSession {
  let tokens: Tokens | undefined;
  let held: AwsCredentials | undefined;
  let underWay: Promise<AwsCredentials | undefined> | undefined;
  let offset = 0;
  const now = (): Date => new Date(Date.now() + offset);

  function take(given: Tokens): SignedInPerson {
    tokens = given;
    const person = personOf(given);
    if (Number.isFinite(person.issuedAt)) offset = person.issuedAt - Date.now();
    return person;
  }

  async function renew(): Promise<AwsCredentials | undefined> {
    if (tokens === undefined) return undefined;
    const fresh = await refreshed(settings, tokens);
    if (fresh !== undefined) {
      take(fresh);
      held = await credentialsFor(settings, fresh);
    }
    if (fresh === undefined || held === undefined) tokens = undefined;
    return held;
  }

  return {
    async enter(code, { verifier }) {
      try {
        const given = await tokensFor(settings, origin, { code, verifier });
        if (given === undefined) return { status: 'refused' };
        const person = take(given);
        held = await credentialsFor(settings, given);
        if (held !== undefined) return { status: 'in', person };
        tokens = undefined;
        return person.role === undefined ? { status: 'no-group', person } : { status: 'refused' };
      } catch {
        return { status: 'unreachable' };
      }
    },
    async credentials() {
      if (held !== undefined && held.expiresAt - now().getTime() > EARLY_MS) return held;
      held = undefined;
      // Views ask side by side: one renewal serves all.
      underWay ??= renew().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
    dropCredentials() {
      held = undefined;
    },
    now,
  };
}
