/** An issuer of OpenID Connect on loopback that signs everybody in at once, and errs where the test says so. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface IssuerScript {
  /** Of the person who signs in, in addition to iss, sub, aud, nonce and the times. */
  claims?: Readonly<Record<string, unknown>>;
  /** What its metadata calls itself. */
  calledInstead?: string;
  /** Seconds that its clock is ahead. */
  clockAhead?: number;
  /** Sent back in place of a code. */
  error?: { readonly error: string; readonly error_description?: string };
  /** Signs with a key that it does not publish. */
  forges?: boolean;
  /** Answers everything with this status. */
  status?: number;
  audience?: string;
  nonce?: string;
}

export interface OidcIssuer {
  readonly url: string;
  readonly script: IssuerScript;
  /** Paths that were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}

interface Granted {
  readonly redirect: string;
  readonly challenge: string;
  readonly nonce: string;
}

export const CLIENT = { id: 'station', secret: 'a secret of the client' };

/** @param redirects that are registered */
export async function oidcIssuer(redirects: () => readonly string[]): Promise<OidcIssuer> {
  const script: IssuerScript = {};
  const asked: string[] = [];
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const granted = new Map<string, Granted>();
  let url = '';

  const token = ({ nonce }: Granted): string => {
    const now = Math.floor(Date.now() / 1_000) + (script.clockAhead ?? 0);
    const payload = {
      iss: url,
      sub: 'subject-1',
      aud: script.audience ?? CLIENT.id,
      nonce: script.nonce ?? nonce,
      iat: now,
      nbf: now,
      exp: now + 300,
      ...script.claims,
    };
    const parts = [{ alg: 'ES256', kid: 'k1' }, payload];
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const { privateKey } = script.forges === true ? other : keys;
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  };

  const json = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

  const authorize = (query: URLSearchParams, response: ServerResponse): void => {
    const redirect = query.get('redirect_uri') ?? '';
    if (!redirects().includes(redirect)) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('redirect_uri is not registered');
      return;
    }
    const back = new URL(redirect);
    back.searchParams.set('state', query.get('state') ?? '');
    if (script.error !== undefined)
      for (const [name, value] of Object.entries(script.error)) back.searchParams.set(name, value);
    else {
      const code = randomBytes(16).toString('hex');
      const challenge = query.get('code_challenge') ?? '';
      granted.set(code, { redirect, challenge, nonce: query.get('nonce') ?? '' });
      back.searchParams.set('code', code);
    }
    response.writeHead(302, { location: back.href }).end();
  };

  const exchange = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const form = new URLSearchParams(body);
    const code = form.get('code') ?? '';
    const grant = granted.get(code);
    granted.delete(code);
    const verifier = form.get('code_verifier') ?? '';
    const isProven = createHash('sha256').update(verifier).digest('base64url') === grant?.challenge;
    if (form.get('client_secret') !== CLIENT.secret) return json(response, 401, { error: 'invalid_client' });
    if (grant === undefined || !isProven || form.get('redirect_uri') !== grant.redirect)
      return json(response, 400, { error: 'invalid_grant' });
    json(response, 200, { access_token: 'x', token_type: 'Bearer', expires_in: 300, id_token: token(grant) });
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://issuer');
    asked.push(pathname);
    if (script.status !== undefined) return json(response, script.status, { error: 'scripted' });
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return json(response, 200, {
          issuer: script.calledInstead ?? url,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
          jwks_uri: `${url}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['ES256'],
          code_challenge_methods_supported: ['S256'],
        });
      case '/jwks':
        return json(response, 200, {
          keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }],
        });
      case '/authorize':
        return authorize(searchParams, response);
      case '/token':
        return void exchange(request, response);
      default:
        return json(response, 404, {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    script,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
