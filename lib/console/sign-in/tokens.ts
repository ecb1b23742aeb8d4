/** The sign-in page's token endpoint, and what its token says of a person. */
import { ROLES, type Role } from '../../service/contracts/role-names.ts';
import type { BegunSignIn } from './authorization.ts';
import type { FleetSettings } from './fleet-settings.ts';

export interface Tokens {
  readonly idToken: string;
  readonly refreshToken: string;
}

export interface SignedInPerson {
  readonly subject: string;
  readonly name: string;
  /** By the first of the groups that give one; undefined: in none. */
  readonly role: Role | undefined;
  /** When the token was made, milliseconds of the issuer's clock. */
  readonly issuedAt: number;
}

/** Longest wait for Cognito, milliseconds. */
export const COGNITO_TIMEOUT_MS = 20_000;

/** Undefined: refused. Rejects when there is no answer. */
export const tokensFor = (
  settings: FleetSettings,
  origin: string,
  { code, verifier }: { readonly code: string } & Pick<BegunSignIn, 'verifier'>,
): Promise<Tokens | undefined> =>
  ask(settings, {
    grant_type: 'authorization_code',
    client_id: settings.client,
    redirect_uri: `${origin}/`,
    code,
    code_verifier: verifier,
  });

/** Undefined: the session is over. Rejects when there is no answer. */
export const refreshed = (settings: FleetSettings, { refreshToken }: Tokens): Promise<Tokens | undefined> =>
  ask(
    settings,
    { grant_type: 'refresh_token', client_id: settings.client, refresh_token: refreshToken },
    refreshToken,
  );

async function ask(
  { login }: FleetSettings,
  form: Readonly<Record<string, string>>,
  known = '',
): Promise<Tokens | undefined> {
  const response = await fetch(`https://${login}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(COGNITO_TIMEOUT_MS),
  });
  if (response.status >= 500) throw new Error(`the sign-in page answers ${response.status}`);
  if (!response.ok) return undefined;
  const { id_token: idToken, refresh_token: refreshToken = known } = (await response.json()) as {
    id_token?: string;
    refresh_token?: string;
  };
  return idToken === undefined ? undefined : { idToken, refreshToken };
}

/** The token came from its issuer itself, over TLS: what is read of it is for showing alone, and judges nothing. */
export function personOf({ idToken }: Tokens): SignedInPerson {
  const claims = JSON.parse(text(idToken.split('.')[1] ?? '')) as Readonly<Record<string, unknown>>;
  const said = (name: string): string => (typeof claims[name] === 'string' ? claims[name] : '');
  const groups = Array.isArray(claims['cognito:groups']) ? (claims['cognito:groups'] as unknown[]) : [];
  return {
    subject: said('sub'),
    name: said('email') || said('cognito:username'),
    role: ROLES.find((role) => groups.includes(role)),
    issuedAt: Number(claims.iat) * 1_000,
  };
}

const text = (base64url: string): string =>
  new TextDecoder().decode(
    Uint8Array.from(
      atob(base64url.replace(/[-_]/g, (char) => (char === '-' ? '+' : '/'))),
      (char) => char.codePointAt(0) ?? 0,
    ),
  );
