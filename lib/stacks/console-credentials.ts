/** From a person's token to temporary credentials: a group of the pool is a role, and a role has one of the three policies. */
import {
  CfnIdentityPool,
  CfnIdentityPoolRoleAttachment,
  CfnUserPoolGroup,
  type UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { type ManagedPolicy, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ROLES } from '../service/api/roles.ts';
import type { PolicyName } from './api-policies.ts';

export interface ConsoleCredentialsProps {
  readonly fleetName: string;
  readonly pool: UserPool;
  readonly client: UserPoolClient;
}

export class ConsoleCredentials extends Construct {
  readonly identityPool: CfnIdentityPool;
  readonly #props: ConsoleCredentialsProps;

  constructor(scope: Construct, id: string, props: ConsoleCredentialsProps) {
    super(scope, id);
    this.#props = props;
    const { fleetName, pool, client } = props;
    this.identityPool = new CfnIdentityPool(this, 'Pool', {
      identityPoolName: `${fleetName}-console`,
      allowUnauthenticatedIdentities: false,
      // Its way to credentials lets the caller choose the role's session.
      allowClassicFlow: false,
      cognitoIdentityProviders: [
        {
          clientId: client.userPoolClientId,
          providerName: pool.userPoolProviderName,
          // Who was disabled, or signed out everywhere, gets no new credentials.
          serverSideTokenCheck: true,
        },
      ],
    });
  }

  /** A group and a role for each policy; who is in no group, or in groups that say two things, gets nothing. */
  grant(policies: ReadonlyMap<PolicyName, ManagedPolicy>): void {
    const { fleetName, pool, client } = this.#props;
    for (const [index, name] of ROLES.entries()) {
      const policy = policies.get(name);
      if (policy === undefined) throw new Error(`no policy for ${name}`);
      const role = new Role(this, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, {
        assumedBy: this.#person(),
        managedPolicies: [policy],
        description: `${fleetName}: people of the console in the group ${name}`,
      });
      new CfnUserPoolGroup(this, `${name}Group`, {
        userPoolId: pool.userPoolId,
        groupName: name,
        description: `May do what the policy ${name} allows`,
        // Of somebody in two groups the first one counts.
        precedence: index + 1,
        roleArn: role.roleArn,
      });
    }
    // SetIdentityPoolRoles asks for one. No mapping leads to it, and it may do nothing.
    const nobody = new Role(this, 'Nobody', {
      assumedBy: this.#person(),
      description: `${fleetName}: has no right at all`,
    });
    new CfnIdentityPoolRoleAttachment(this, 'Roles', {
      identityPoolId: this.identityPool.ref,
      roles: { authenticated: nobody.roleArn },
      roleMappings: {
        groups: {
          type: 'Token',
          ambiguousRoleResolution: 'Deny',
          identityProvider: `${pool.userPoolProviderName}:${client.userPoolClientId}`,
        },
      },
    });
  }

  /** Somebody of this identity pool who has signed in (IAM, "Available keys for AWS web identity federation"). */
  #person(): WebIdentityPrincipal {
    return new WebIdentityPrincipal('cognito-identity.amazonaws.com', {
      StringEquals: { 'cognito-identity.amazonaws.com:aud': this.identityPool.ref },
      'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
    });
  }
}
