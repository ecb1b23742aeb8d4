/**
 * The console for people without AWS credentials: they sign in by Cognito, their browser gets temporary credentials of their
 * group's role and signs each request itself, so that IAM judges them as it judges everybody.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';
import type { Api } from './api.ts';
import type { FleetConfiguration } from './configuration.ts';
import { ConsoleCredentials } from './console-credentials.ts';
import { consoleFolder } from './console-folder.ts';
import { fleetPage } from './console-page.ts';
import { ConsolePeople } from './console-people.ts';
import { HostedConsole } from './hosted-console.ts';

export class FleetConsole extends Construct {
  /** The origin that alone may ask the API from a browser. */
  readonly url: string;
  /** By which the API knows people of this console. */
  readonly environment: Readonly<Record<string, string>>;
  readonly userPoolId: string;
  readonly #configuration: FleetConfiguration;
  readonly #site: HostedConsole;
  readonly #people: ConsolePeople;
  readonly #credentials: ConsoleCredentials;
  readonly #loginHost: string;

  constructor(scope: Construct, id: string, configuration: FleetConfiguration) {
    super(scope, id);
    const { fleetName, homeRegion, consoleLoginPrefix } = configuration;
    const loginPrefix = consoleLoginPrefix || `${fleetName}-${Stack.of(this).account}`;
    this.#configuration = configuration;
    this.#loginHost = `${loginPrefix}.auth.${homeRegion}.amazoncognito.com`;
    this.#site = new HostedConsole(this, 'Site', { configuration, loginHost: this.#loginHost });
    this.url = this.#site.url;
    this.#people = new ConsolePeople(this, 'People', { configuration, loginPrefix, url: this.url });
    const { pool, client } = this.#people;
    this.#credentials = new ConsoleCredentials(this, 'Credentials', { fleetName, pool, client });
    this.userPoolId = pool.userPoolId;
    this.environment = {
      CONSOLE_USER_POOL: pool.userPoolId,
      CONSOLE_IDENTITY_POOL: this.#credentials.identityPool.ref,
    };
  }

  /** Gives groups their rights at the API, and puts the files where the distribution finds them. */
  open({ policies, url }: Pick<Api, 'policies' | 'url'>): void {
    this.#credentials.grant(policies);
    const { homeRegion, fleetName, logRetentionDays } = this.#configuration;
    const folder = consoleFolder();
    const common = {
      destinationBucket: this.#site.bucket,
      // What an open page still loads stays; files are some kilobytes.
      prune: false,
      retainOnDelete: false,
      memoryLimit: 256,
      logGroup: new LogGroup(this, 'FilesLog', {
        logGroupName: `/aws/lambda/${fleetName}-console-files`,
        retention: logRetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    };
    // Their names hold their hash.
    const files = new BucketDeployment(this, 'Files', {
      ...common,
      sources: [Source.asset(folder, { exclude: ['index.html'] })],
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
    });
    const page = new BucketDeployment(this, 'Page', {
      ...common,
      sources: [
        Source.data(
          'index.html',
          fleetPage(readFileSync(join(folder, 'index.html'), 'utf8'), {
            api: url,
            region: homeRegion,
            login: this.#loginHost,
            'user-pool': this.#people.pool.userPoolId,
            client: this.#people.client.userPoolClientId,
            'identity-pool': this.#credentials.identityPool.ref,
          }),
        ),
      ],
      cacheControl: [CacheControl.noCache()],
    });
    // A page is there once all that it loads is.
    page.node.addDependency(files);
    acceptFindings(this, files.handlerRole, this.#site.bucket);
  }
}

/** Of the function by which CDK's own construct copies the files, with the rights that CDK gives it. */
function acceptFindings(scope: Construct, role: IRole, bucket: IBucket): void {
  const { account, region, synthesizer } = Stack.of(scope);
  const reason =
    'CDK’s own construct: reads the assets of the deployment and writes the console’s bucket, while it is deployed';
  const assets = `cdk-${synthesizer.bootstrapQualifier}-assets-${Token.isUnresolved(account) ? '<AWS::AccountId>' : account}-${region}`;
  for (const action of ['GetBucket', 'GetObject', 'List', 'Abort', 'DeleteObject'])
    acknowledge(role, `AwsSolutions-IAM5[Action::s3:${action}*]`, reason);
  acknowledge(role, `AwsSolutions-IAM5[Resource::arn:aws:s3:::${assets}/*]`, reason);
  acknowledgeWildcard(role, bucket.arnForObjects('*'), reason);
  acknowledge(
    role,
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    'CDK’s own construct: AWS’s policy lets it write its log and nothing else',
  );
  if (role.node.scope !== undefined)
    acknowledge(
      role.node.scope,
      'AwsSolutions-L1',
      'CDK’s own construct: its version of CDK chooses the runtime',
    );
}
