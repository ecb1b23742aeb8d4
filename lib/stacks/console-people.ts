/** Who may sign in to the console: users of a pool, and of a company's own sign-in where one is named. */
import { Duration, RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ProviderAttribute,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { ConsoleFederation, FleetConfiguration } from './configuration.ts';

export interface ConsolePeopleProps {
  readonly configuration: FleetConfiguration;
  readonly loginPrefix: string;
  /** Of the console. */
  readonly url: string;
}

/** A working day; then a person signs in again. */
const REFRESH = Duration.hours(12);
/** As long as the credentials of AWS that it is exchanged for. */
const TOKEN = Duration.hours(1);

export class ConsolePeople extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, { configuration, loginPrefix, url }: ConsolePeopleProps) {
    super(scope, id);
    const { fleetName, consoleFederation } = configuration;
    this.pool = new UserPool(this, 'Pool', {
      userPoolName: `${fleetName}-console`,
      // Managed login needs it (Cognito developer guide, "User pool feature plans").
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      standardAttributes: { email: { required: true, mutable: true } },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
        tempPasswordValidity: Duration.days(3),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      // People of a stack that is destroyed by a slip are not lost; a first deployment that fails leaves none behind.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    for (const rule of ['AwsSolutions-COG3', 'AwsSolutions-COG8'])
      acknowledge(
        this.pool,
        rule,
        'Threat protection is a dearer plan (Plus), for the account’s owner to choose; a second factor is required of everybody',
      );
    this.pool.addDomain('Login', {
      cognitoDomain: { domainPrefix: loginPrefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    const federated = consoleFederation && this.#federate(consoleFederation);
    this.client = this.pool.addClient('Browser', {
      userPoolClientName: `${fleetName}-console`,
      // A browser keeps no secret: the code is bound to who asked for it by PKCE.
      generateSecret: false,
      // By managed login alone: no password is sent to the API of the pool.
      authFlows: { userSrp: false },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [`${url}/`],
        logoutUrls: [`${url}/`],
      },
      supportedIdentityProviders: [
        UserPoolClientIdentityProvider.COGNITO,
        ...(federated === undefined ? [] : [UserPoolClientIdentityProvider.custom(federated.providerName)]),
      ],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: TOKEN,
      accessTokenValidity: TOKEN,
      refreshTokenValidity: REFRESH,
    });
    if (federated !== undefined) this.client.node.addDependency(federated);
    // Without a style managed login shows an error in place of its page.
    new CfnManagedLoginBranding(this, 'Style', {
      userPoolId: this.pool.userPoolId,
      clientId: this.client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
  }

  #federate(federation: ConsoleFederation): UserPoolIdentityProviderSaml | UserPoolIdentityProviderOidc {
    const common = { userPool: this.pool, name: federation.name };
    switch (federation.kind) {
      case 'saml':
        return new UserPoolIdentityProviderSaml(this, 'Saml', {
          ...common,
          metadata: UserPoolIdentityProviderSamlMetadata.url(federation.metadataUrl),
          attributeMapping: { email: ProviderAttribute.other(SAML_EMAIL) },
        });
      case 'oidc':
        return new UserPoolIdentityProviderOidc(this, 'Oidc', {
          ...common,
          issuerUrl: federation.issuer,
          clientId: federation.clientId,
          // CloudFormation looks it up: the template holds its name alone.
          clientSecret: SecretValue.secretsManager(federation.clientSecretName).unsafeUnwrap(),
          scopes: ['openid', 'email'],
          attributeMapping: { email: ProviderAttribute.other('email') },
        });
      default:
        return federation satisfies never;
    }
  }
}

/** Claim of a mail address (OASIS, "Identity Metasystem Interoperability", §7.5). */
const SAML_EMAIL = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';
