/**
 * Cognito as the template has it: a sign-in page with a token endpoint (authorization code, PKCE, refresh), and an identity pool
 * that gives the credentials of a group's role. Its people are the test's; the page asks for no password.
 */
import { createHash, randomBytes } from 'node:crypto';
import { ACCOUNT } from './account.ts';
import type { Stack } from './cloudformation.ts';
import type { TemporarySessions } from './http-api.ts';
import type { ApiAnswer, ApiRequest } from './loopback-server.ts';
import { refusal, type Statement, statements, statementsOf } from './policy.ts';

export interface PoolPerson {
  readonly email: string;
  /** A UUID. */
  readonly subject: string;
  readonly groups: string[];
}

export interface Cognito {
  readonly loginHost: string;
  readonly identityHost: string;
  /** Ends the sessions of everybody: tokens are not renewed, and credentials are over. */
  endSessions(): void;
  /** Credentials are over, and may be had again. */
  expireCredentials(): void;
  readonly people: Readonly<Record<string, PoolPerson>>;
  /** Answers for the sign-in page's host. */
  readonly login: (request: ApiRequest) => ApiAnswer;
  /** Answers for `cognito-identity`. */
  readonly identity: (request: ApiRequest) => ApiAnswer;
  /** How often credentials were given. */
  given(): number;
}

interface Group {
  readonly name: string;
  readonly precedence: number;
  readonly roleArn: string;
  readonly trust: readonly Statement[];
  readonly rights: readonly Statement[];
}

const ANY_ORIGIN = { 'access-control-allow-origin': '*' } as const;
const json = (status: number, body: object): ApiAnswer => ({
  status,
  headers: { ...ANY_ORIGIN, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const secret = (): string => randomBytes(24).toString('base64url');

export function cognitoOf(
  stack: Stack,
  people: Readonly<Record<string, PoolPerson>>,
  sessions: TemporarySessions,
): Cognito {
  const one = (type: string): Readonly<Record<string, unknown>> & { readonly id: string } => {
    const [found, ...more] = stack.ofType(type);
    if (found === undefined || more.length > 0) throw new Error(`the rig runs one ${type}`);
    return { ...found.properties, id: stack.physicalName(found.logicalId) };
  };
  const pool = one('AWS::Cognito::UserPool');
  const client = one('AWS::Cognito::UserPoolClient');
  const domain = one('AWS::Cognito::UserPoolDomain');
  const identities = one('AWS::Cognito::IdentityPool');
  const attachment = one('AWS::Cognito::IdentityPoolRoleAttachment');
  const style = one('AWS::Cognito::ManagedLoginBranding');
  if (style.ClientId !== client.id || domain.ManagedLoginVersion !== 2)
    throw new Error('managed login shows an error in place of its page');
  const provider = `cognito-idp.${stack.region}.amazonaws.com/${pool.id}`;
  const [mapping] = Object.values(attachment.RoleMappings as Record<string, Record<string, unknown>>);
  if (
    identities.AllowUnauthenticatedIdentities !== false ||
    identities.AllowClassicFlow !== false ||
    mapping?.Type !== 'Token' ||
    mapping.AmbiguousRoleResolution !== 'Deny' ||
    mapping.IdentityProvider !== `${provider}:${client.id}`
  )
    throw new Error('the rig knows an identity pool that maps groups, and denies what is ambiguous');
  const groups = stack.ofType('AWS::Cognito::UserPoolGroup').map(({ properties }): Group => {
    const role = stack
      .ofType('AWS::IAM::Role')
      .find(({ logicalId }) => stack.arn(logicalId) === properties.RoleArn);
    if (role === undefined) throw new Error(`${String(properties.GroupName)} has no role`);
    return {
      name: String(properties.GroupName),
      precedence: Number(properties.Precedence),
      roleArn: String(properties.RoleArn),
      trust: statements(role.properties.AssumeRolePolicyDocument),
      rights: statementsOf(stack, role.logicalId),
    };
  });

  const codes = new Map<string, { person: PoolPerson; challenge: string; redirect: string }>();
  const refreshTokens = new Map<string, PoolPerson>();
  const idTokens = new Map<string, PoolPerson>();
  let given = 0;

  const groupsOf = (person: PoolPerson): Group[] =>
    groups
      .filter(({ name }) => person.groups.includes(name))
      .sort((left, right) => left.precedence - right.precedence);

  function idTokenOf(person: PoolPerson): string {
    const own = groupsOf(person);
    const claims = {
      iss: `https://${provider}`,
      aud: client.id,
      sub: person.subject,
      email: person.email,
      'cognito:username': person.subject,
      ...(person.groups.length > 0 && { 'cognito:groups': person.groups }),
      ...(own[0] && {
        'cognito:roles': own.map(({ roleArn }) => roleArn),
        'cognito:preferred_role': own[0].roleArn,
      }),
      iat: Math.floor(Date.now() / 1_000),
      exp: Math.floor(Date.now() / 1_000) + 3_600,
    };
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'RS256' })}.${part(claims)}.${secret()}`;
    idTokens.set(token, person);
    return token;
  }

  function authorize(query: URLSearchParams): ApiAnswer {
    const redirect = query.get('redirect_uri') ?? '';
    const challenge = query.get('code_challenge') ?? '';
    const isGood =
      query.get('client_id') === client.id &&
      query.get('response_type') === 'code' &&
      query.get('code_challenge_method') === 'S256' &&
      challenge.length === 43 &&
      (query.get('scope') ?? '')
        .split(' ')
        .every((scope) => (client.AllowedOAuthScopes as string[]).includes(scope)) &&
      (client.CallbackURLs as string[]).includes(redirect);
    if (!isGood) return { status: 400, body: 'invalid_request' };
    const as = query.get('as');
    const person = as === null ? undefined : people[as];
    if (person !== undefined) {
      const code = secret();
      codes.set(code, { person, challenge, redirect });
      const answer = new URLSearchParams({ code, state: query.get('state') ?? '' });
      return { status: 302, headers: { location: `${redirect}?${answer}` }, body: '' };
    }
    const links = Object.keys(people).map((name) => {
      const chosen = new URLSearchParams(query);
      chosen.set('as', name);
      return `<p><a href="/oauth2/authorize?${chosen.toString().replaceAll('&', '&amp;')}">Sign in as ${name}</a></p>`;
    });
    return {
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: `<!doctype html><title>Sign in</title>${links.join('')}`,
    };
  }

  function token(form: URLSearchParams): ApiAnswer {
    if (form.get('client_id') !== client.id) return json(400, { error: 'invalid_client' });
    if (form.get('grant_type') === 'refresh_token') {
      const person = refreshTokens.get(form.get('refresh_token') ?? '');
      return person === undefined
        ? json(400, { error: 'invalid_grant' })
        : json(200, { id_token: idTokenOf(person), access_token: secret(), expires_in: 3_600 });
    }
    const begun = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const hash = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (begun === undefined || hash !== begun.challenge || form.get('redirect_uri') !== begun.redirect)
      return json(400, { error: 'invalid_grant' });
    const refreshToken = secret();
    refreshTokens.set(refreshToken, begun.person);
    return json(200, {
      id_token: idTokenOf(begun.person),
      access_token: secret(),
      refresh_token: refreshToken,
      expires_in: 3_600,
    });
  }

  const denied = (message: string): ApiAnswer => json(400, { __type: 'NotAuthorizedException', message });

  function credentials({ Logins = {} }: { Logins?: Readonly<Record<string, string>> }): ApiAnswer {
    const person = idTokens.get(Logins[provider] ?? '');
    if (person === undefined)
      return denied('Unauthenticated access is not supported for this identity pool.');
    const [group] = groupsOf(person);
    if (group === undefined) return denied('The ambiguous role mapping rules denied this request');
    const amr = ['authenticated', provider, `${provider}:CognitoSignIn:${person.subject}`];
    const untrusted = refusal(
      'cognito-identity',
      group.trust.map((statement) => ({ ...statement, resources: [group.roleArn] })),
      { action: 'sts:AssumeRoleWithWebIdentity', resource: group.roleArn },
      {
        'cognito-identity.amazonaws.com:aud': [identities.id],
        'cognito-identity.amazonaws.com:amr': amr,
      },
    );
    if (untrusted !== undefined) return denied(untrusted);
    given += 1;
    const role = group.roleArn.split('/').at(-1) ?? '';
    const session = {
      accessKeyId: `ASIARIG${String(given).padStart(6, '0')}`,
      secretAccessKey: secret(),
      sessionToken: secret(),
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/CognitoIdentityCredentials`,
      role,
      rights: group.rights,
      cognitoIdentity: {
        amr,
        identityId: `${stack.region}:${person.subject}`,
        identityPoolId: identities.id,
      },
      isExpired: false,
    };
    sessions.set(session.accessKeyId, session);
    return json(200, {
      IdentityId: session.cognitoIdentity.identityId,
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: Date.now() / 1_000 + 3_600,
      },
    });
  }

  return {
    loginHost: `${String(domain.Domain)}.auth.${stack.region}.amazoncognito.com`,
    identityHost: `cognito-identity.${stack.region}.amazonaws.com`,
    people,
    given: () => given,
    expireCredentials() {
      for (const session of sessions.values()) session.isExpired = true;
    },
    endSessions() {
      refreshTokens.clear();
      idTokens.clear();
      for (const session of sessions.values()) session.isExpired = true;
    },
    login({ method, path, query, body }) {
      if (method === 'GET' && path === '/oauth2/authorize') return authorize(query);
      // What a browser asks of every host.
      if (path === '/favicon.ico') return { status: 204 };
      if (method === 'POST' && path === '/oauth2/token') return token(new URLSearchParams(body.toString()));
      if (
        method === 'GET' &&
        path === '/logout' &&
        (client.LogoutURLs as string[]).includes(query.get('logout_uri') ?? '')
      )
        return { status: 302, headers: { location: query.get('logout_uri') ?? '' }, body: '' };
      return { status: 404, body: '' };
    },
    identity({ method, headers, body }) {
      if (method === 'OPTIONS')
        return {
          status: 200,
          headers: {
            ...ANY_ORIGIN,
            'access-control-allow-headers': 'content-type,x-amz-target',
            'access-control-allow-methods': 'POST',
          },
          body: '',
        };
      const asked = JSON.parse(body.toString()) as { Logins?: Readonly<Record<string, string>> };
      switch (headers['x-amz-target']) {
        case 'AWSCognitoIdentityService.GetId': {
          const person = idTokens.get(asked.Logins?.[provider] ?? '');
          return person === undefined
            ? denied('Unauthenticated access is not supported for this identity pool.')
            : json(200, { IdentityId: `${stack.region}:${person.subject}` });
        }
        case 'AWSCognitoIdentityService.GetCredentialsForIdentity':
          return credentials(asked);
        default:
          return json(400, { __type: 'UnknownOperationException' });
      }
    },
  };
}
