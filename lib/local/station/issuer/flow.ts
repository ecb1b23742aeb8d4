/** Sign-in by OpenID Connect: authorization code with PKCE, state and nonce. */
import type { Configuration } from 'openid-client';
import type { Role } from '../../../service/contracts/role-names.ts';
import { type Claims, claimedFacts, lacksGroups, nameOf, roleOf } from './claims.ts';
import type { IssuerFetch } from './guarded-fetch.ts';
import { type IssuerProblem, problemOf } from './problems.ts';
import { createSealing } from './sealed.ts';
import type { IssuerSettings } from './settings.ts';

export interface IssuerFlow {
  readonly button: string;
  /** What the issuer has to have registered, to the letter. */
  readonly redirectUrl: () => string;
  /** Where the browser goes, and what its cookie keeps; or why not. Never rejects. */
  begin(to: string): Promise<{ readonly location: string; readonly sealed: string } | IssuerProblem>;
  /** Who came back. Never rejects for what the issuer or the browser does. */
  finish(query: URLSearchParams, sealed: string | undefined): Promise<IssuerPerson | IssuerProblem>;
}

export interface IssuerPerson {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly role: Role;
  readonly to: string;
}

export interface IssuerFlowPorts {
  readonly settings: IssuerSettings;
  readonly fetch: IssuerFetch;
  /** Of the station, without a slash at the end. The redirect address comes from it alone, never from a request. */
  readonly publicUrl: () => string;
  /** Epoch ms. */
  readonly now: () => number;
}

export const CALLBACK_PATH = '/sign-in/issuer/callback';
/** Seconds for the person to sign in there. */
export const BEGUN_SECONDS = 900;
/** Metadata changes seldom; what failed is asked again after some seconds, as nobody needs a session to ask. */
const KEEP_MS = 3_600_000;
const KEEP_FAILED_MS = 5_000;

export function createIssuerFlow({ settings, fetch, publicUrl, now }: IssuerFlowPorts): IssuerFlow {
  const sealing = createSealing();
  let known:
    | { readonly at: number; readonly configuration: Promise<Configuration>; hasFailed: boolean }
    | undefined;
  const configuration = (): Promise<Configuration> => {
    if (known === undefined || now() - known.at >= (known.hasFailed ? KEEP_FAILED_MS : KEEP_MS)) {
      const asked = { at: now(), configuration: discover(settings, fetch), hasFailed: false };
      asked.configuration.catch(() => {
        asked.hasFailed = true;
      });
      known = asked;
    }
    return known.configuration;
  };
  const redirectUrl = (): string => `${publicUrl()}${CALLBACK_PATH}`;
  const context = () => ({ settings, redirectUrl: redirectUrl(), now: now() });
  return {
    button: settings.button,
    redirectUrl,
    async begin(to) {
      try {
        const client = await import('openid-client');
        const found = await configuration();
        const state = client.randomState();
        const nonce = client.randomNonce();
        const verifier = client.randomPKCECodeVerifier();
        const location = client.buildAuthorizationUrl(found, {
          redirect_uri: context().redirectUrl,
          scope: [...new Set(['openid', ...settings.scopes])].join(' '),
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state,
          nonce,
        });
        return { location: location.href, sealed: sealing.seal({ state, nonce, verifier, to, at: now() }) };
      } catch (error) {
        return problemOf(error, context());
      }
    },
    async finish(query, sealed) {
      const begun = sealed === undefined ? undefined : sealing.open(sealed);
      if (begun === undefined || now() - begun.at > BEGUN_SECONDS * 1_000) return TOO_LATE;
      try {
        const client = await import('openid-client');
        const url = new URL(context().redirectUrl);
        url.search = query.toString();
        const tokens = await client.authorizationCodeGrant(await configuration(), url, {
          pkceCodeVerifier: begun.verifier,
          expectedState: begun.state,
          expectedNonce: begun.nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        return claims === undefined ? TOO_LATE : personOf(claims, settings, begun.to);
      } catch (error) {
        return problemOf(error, context());
      }
    },
  };
}

/** Signatures are checked, too, though the token comes over TLS from the issuer itself. */
async function discover(settings: IssuerSettings, fetch: IssuerFetch): Promise<Configuration> {
  const client = await import('openid-client');
  const { issuer, clientId, clientSecret } = settings;
  return client.discovery(
    issuer,
    clientId,
    clientSecret,
    clientSecret === undefined ? client.None() : undefined,
    {
      [client.customFetch]: fetch,
      timeout: 15,
      execute: [
        client.enableNonRepudiationChecks,
        // On loopback, with --allow-private (settings.ts).
        ...(issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []),
      ],
    },
  );
}

function personOf(claims: Claims, settings: IssuerSettings, to: string): IssuerPerson | IssuerProblem {
  const role = roleOf(claims, settings);
  const facts = claimedFacts(claims, settings);
  if (role !== undefined)
    return { issuer: String(claims.iss), subject: String(claims.sub), name: nameOf(claims), role, to };
  if (lacksGroups(claims))
    return {
      kind: 'groups left out',
      title: 'You are in too many groups to be told apart',
      lines: [
        'Entra leaves the groups out of a token when somebody is in more than 200 of them, so that the station can’t see whether one of them may come in.',
        'Whoever administers Entra: give the application app roles (App registrations, App roles), assign the groups to them (Enterprise applications, Users and groups), and name the values of the app roles in oidc.json under "roles". Or let the token have the groups that are assigned to the application alone (Token configuration, Groups assigned to the application).',
      ],
      facts,
    };
  return {
    kind: 'no role',
    title: 'You are signed in there, but have no role here',
    lines: [
      'None of the groups and roles that the issuer named stands for a role of this station. Show this page to whoever runs it.',
      `Whoever runs it: the station looks at ${settings.claims.join(', ')}; oidc.json says under "roles" which of their values gives which role. If a claim is missing below, the issuer does not put it into the ID token.`,
    ],
    facts,
  };
}

const TOO_LATE: IssuerProblem = {
  kind: 'too late',
  title: 'This sign-in took too long, or began in another browser',
  lines: [
    'Begin again. If this page comes again, let your browser keep cookies for this address; after a restart of the station everybody begins again.',
  ],
  facts: [],
};
