import type { HttpEvent } from './http-event.ts';

/** The pools of a fleet's console. */
export interface ConsolePools {
  /** As `eu-central-1_AbCdEfGhI`. */
  readonly userPool: string;
  /** As `eu-central-1:UUID`. */
  readonly identityPool: string;
}

type Iam = NonNullable<HttpEvent['requestContext']['authorizer']>['iam'];

/** A subject of Cognito is a UUID. */
const SUBJECT = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Who calls, for the record, limits and reports. People of the console share a role, and Cognito gives all of them one name of its
 * session, so they are told apart by their subject in the user pool: `cognito:USERPOOL/SUBJECT/ROLE`. Believed is what Cognito says
 * of this console's own pools alone: whoever makes another identity pool in the account may have its users called anything.
 */
export function callerArn({ userArn, cognitoIdentity }: Iam, pools: ConsolePools | undefined): string {
  if (pools === undefined || cognitoIdentity?.identityPoolId !== pools.identityPool) return userArn;
  const [region = ''] = pools.userPool.split('_');
  const start = `cognito-idp.${region}.amazonaws.com/${pools.userPool}:CognitoSignIn:`;
  const subjects = (cognitoIdentity.amr ?? []).flatMap((method) =>
    method.startsWith(start) ? [method.slice(start.length)] : [],
  );
  const [subject = '', ...more] = subjects;
  if (more.length > 0 || !SUBJECT.test(subject)) return userArn;
  const role = /:assumed-role\/([\w+=,.@-]+)\//.exec(userArn)?.[1] ?? 'unknown';
  return `cognito:${pools.userPool}/${subject}/${role}`;
}
