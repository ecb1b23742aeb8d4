import { expect, it } from 'vitest';
import { callerArn } from '../../../lib/service/api/console-person.ts';
import { principalOf } from '../../../lib/service/runs/principal.ts';

const userPool = 'eu-central-1_AbC123';
const identityPool = 'eu-central-1:0a1b2c3d-1111-4000-8000-000000000000';
const SUBJECT = '0a1b2c3d-0000-4000-8000-000000000001';
const userArn = 'arn:aws:sts::123456789012:assumed-role/console-reader/CognitoIdentityCredentials';
const amr = (...more: string[]) => [
  'authenticated',
  `cognito-idp.eu-central-1.amazonaws.com/${userPool}`,
  `cognito-idp.eu-central-1.amazonaws.com/${userPool}:CognitoSignIn:${SUBJECT}`,
  ...more,
];
const pools = { userPool, identityPool };

it('tells people of the console apart by their subject, whatever role they have today', () => {
  const arn = callerArn({ userArn, cognitoIdentity: { identityPoolId: identityPool, amr: amr() } }, pools);
  expect(arn).toBe(`cognito:${userPool}/${SUBJECT}/console-reader`);
  expect(principalOf(arn)).toBe(`cognito:${userPool}/${SUBJECT}`);
  expect(principalOf(principalOf(arn))).toBe(principalOf(arn));
});

it.each([
  ['another identity pool', { identityPoolId: 'eu-central-1:other', amr: amr() }, pools],
  [
    'another user pool',
    {
      identityPoolId: identityPool,
      amr: [`cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Other:CognitoSignIn:${SUBJECT}`],
    },
    pools,
  ],
  [
    'a subject within another provider’s name',
    {
      identityPoolId: identityPool,
      amr: [`login.evil:cognito-idp.eu-central-1.amazonaws.com/${userPool}:CognitoSignIn:${SUBJECT}`],
    },
    pools,
  ],
  [
    'a subject that is no UUID',
    {
      identityPoolId: identityPool,
      amr: [`cognito-idp.eu-central-1.amazonaws.com/${userPool}:CognitoSignIn:ada/operator`],
    },
    pools,
  ],
  [
    'two subjects',
    {
      identityPoolId: identityPool,
      amr: amr(
        `cognito-idp.eu-central-1.amazonaws.com/${userPool}:CognitoSignIn:0a1b2c3d-0000-4000-8000-000000000002`,
      ),
    },
    pools,
  ],
  ['no methods', { identityPoolId: identityPool, amr: null }, pools],
  ['no identity of Cognito', null, pools],
  ['a fleet without a console', { identityPoolId: identityPool, amr: amr() }, undefined],
])('goes by the role for %s', (_, cognitoIdentity, known) => {
  expect(callerArn({ userArn, cognitoIdentity }, known)).toBe(userArn);
});
