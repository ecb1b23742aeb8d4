/** From a person's token to temporary credentials of AWS, by the identity pool's enhanced flow. */
import type { FleetSettings } from './fleet-settings.ts';
import { COGNITO_TIMEOUT_MS, type Tokens } from './tokens.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds, by the clock of AWS. */
  readonly expiresAt: number;
}

/** Undefined: the identity pool refuses this person. Rejects when there is no answer. */
export async function credentialsFor(
  settings: FleetSettings,
  { idToken }: Tokens,
): Promise<AwsCredentials | undefined> {
  const { region, userPool, identityPool } = settings;
  const Logins = { [`cognito-idp.${region}.amazonaws.com/${userPool}`]: idToken };
  const identity = await ask<{ IdentityId: string }>(region, 'GetId', {
    IdentityPoolId: identityPool,
    Logins,
  });
  if (identity === undefined) return undefined;
  const given = await ask<{
    Credentials: { AccessKeyId: string; SecretKey: string; SessionToken: string; Expiration: number };
  }>(region, 'GetCredentialsForIdentity', { IdentityId: identity.IdentityId, Logins });
  if (given === undefined) return undefined;
  const { AccessKeyId, SecretKey, SessionToken, Expiration } = given.Credentials;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretKey,
    sessionToken: SessionToken,
    expiresAt: Expiration * 1_000,
  };
}

async function ask<T>(region: string, operation: string, body: object): Promise<T | undefined> {
  const response = await fetch(`https://cognito-identity.${region}.amazonaws.com/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityService.${operation}`,
    },
    body: JSON.stringify(body),
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(COGNITO_TIMEOUT_MS),
  });
  // 429 is TooManyRequestsException: no word on the person.
  if (response.status >= 500 || response.status === 429)
    throw new Error(`Cognito answers ${response.status}`);
  return response.ok ? ((await response.json()) as T) : undefined;
}
