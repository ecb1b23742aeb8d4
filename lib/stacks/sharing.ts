/**
 * Links to reports: CloudFront in front of a function that judges each request. Neither the function nor the bucket can
 * be reached by another way.
 */

import { Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  FunctionUrlOriginAccessControl,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { LISTED_INDEX } from '../aws/table-layout.ts';
import { LISTED, PARTITION } from '../service/state/keys.ts';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';
import type { FleetConfiguration } from './configuration.ts';
import { AGAIN_PATH, addFormEdge, OFFICE_PATH } from './form-edge.ts';
import { againFunctionName, allowAsking } from './link-runs.ts';
import { NodeFunction } from './node-function.ts';
import { addReflector, REFLECTOR_PATH } from './reflector.ts';
import { allowTable } from './run-functions.ts';
import type { RunStorage } from './storage.ts';
import { fleetVariable } from './vantages.ts';

/** A page is read, zipped and sent: a quarter of a core does it in tens of milliseconds, the largest in two seconds. */
const MEMORY = 512;
const TIMEOUT_S = 10;
/** Very many requests for links take no concurrency from runs. */
const CONCURRENCY = 20;

export interface SharingProps {
  readonly configuration: FleetConfiguration;
  readonly storage: RunStorage;
}

export class Sharing extends Construct {
  readonly share: NodeFunction;
  /** The base URL of links, without a slash at the end. */
  readonly url: string;
  /** Where a request learns the address that it came from. */
  readonly reflectorUrl: string;

  constructor(scope: Construct, id: string, { configuration, storage }: SharingProps) {
    super(scope, id);
    const { fleetName, homeRegion, logRetentionDays, proberConcurrency } = configuration;
    const { shareDomain, shareCertificateArn, shareWebAclArn, publicSources } = configuration;
    this.share = new NodeFunction(this, 'Share', {
      functionName: `${fleetName}-share`,
      source: 'share',
      description:
        'Shows a report to everyone who has the token of a link that is neither expired nor revoked',
      memory: MEMORY,
      timeoutSeconds: TIMEOUT_S,
      logRetentionDays,
      // An account that can't reserve concurrency says so by proberConcurrency 0.
      ...(proberConcurrency > 0 && { concurrency: CONCURRENCY }),
      environment: {
        RUN_BUCKET: storage.bucket.bucketName,
        TABLE_NAME: storage.table.tableName,
        AGAIN_FUNCTION: againFunctionName(configuration),
        ...(publicSources && { PUBLIC_SOURCES: fleetVariable(configuration) }),
      },
    });
    allowOpening(this.share, storage);
    allowAsking(this.share, configuration);
    if (publicSources) allowTable(this.share, storage, ['dynamodb:Query'], `${PARTITION.source}*`);
    const hasDomain = shareDomain !== '';
    const origin = FunctionUrlOrigin.withOriginAccessControl(
      this.share.lambda.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM }),
      {
        readTimeout: Duration.seconds(TIMEOUT_S + 5),
        // Its name is the account's and not a region's: a fleet that moves has both for a while.
        originAccessControl: new FunctionUrlOriginAccessControl(this, 'Access', {
          originAccessControlName: `${fleetName}-share-${homeRegion}`,
        }),
      },
    );
    const behaviour = {
      origin,
      // A link that was revoked is closed immediately: nothing is cached.
      cachePolicy: CachePolicy.CACHING_DISABLED,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      compress: false,
    };
    const form = addFormEdge(this, configuration);
    const distribution = new Distribution(this, 'Links', {
      comment: `${fleetName}: links to reports`,
      defaultBehavior: {
        ...behaviour,
        // Among the headers Accept-Encoding, by which the function zips. The host must be the function's own.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      },
      // Answered at the edge: no request for it reaches the function of links.
      additionalBehaviors: {
        [REFLECTOR_PATH]: { ...behaviour, functionAssociations: [addReflector(this, configuration)] },
        [AGAIN_PATH]: {
          ...behaviour,
          // CloudFront knows no smaller set with POST; what is neither GET, HEAD nor POST gets the page of no link.
          allowedMethods: AllowedMethods.ALLOW_ALL,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          functionAssociations: [form],
        },
        [OFFICE_PATH]: {
          ...behaviour,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          functionAssociations: [form],
        },
      },
      // So that a vantage which has IPv6 alone learns its address, too.
      enableIpv6: true,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      enableLogging: false,
      ...(shareWebAclArn !== '' && { webAclId: shareWebAclArn }),
      ...(hasDomain && {
        domainNames: [shareDomain],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', shareCertificateArn),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
    });
    this.url = `https://${hasDomain ? shareDomain : distribution.distributionDomainName}`;
    // CloudFront's own name: one's own may not lead here yet.
    this.reflectorUrl = `https://${distribution.distributionDomainName}${REFLECTOR_PATH}`;
    acceptFindings(distribution, { hasDomain, hasFirewall: shareWebAclArn !== '' });
  }
}

/** Shares by their key, and the copies that they open; nothing of the runs themselves. */
function allowOpening({ role }: NodeFunction, { table, bucket }: RunStorage): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['dynamodb:GetItem'],
      resources: [table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${PARTITION.share}*`] } },
    }),
  );
  const copies = bucket.arnForObjects('shares/*');
  role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [copies] }));
  acknowledgeWildcard(role, copies, 'The copies of whatever share: their ids are not known beforehand');
}

function acceptFindings(
  distribution: Distribution,
  { hasDomain, hasFirewall }: { readonly hasDomain: boolean; readonly hasFirewall: boolean },
): void {
  acknowledge(
    distribution,
    'AwsSolutions-CFR1',
    'Who is sent a report may be anywhere: the token decides, not the country',
  );
  if (!hasFirewall)
    acknowledge(
      distribution,
      'AwsSolutions-CFR2',
      'A web application firewall would see requests of unguessable paths alone; the function has a bound of its own',
    );
  acknowledge(
    distribution,
    'AwsSolutions-CFR3',
    'Access logs hold the path, so they would hold the tokens of links that are still open',
  );
  if (!hasDomain)
    acknowledge(
      distribution,
      'AwsSolutions-CFR4',
      'CloudFront’s own certificate sets the oldest TLS version itself; a domain of one’s own gets TLSv1.2_2021',
    );
}

/** What the API needs to make, list and close links in addition to reading the table and reports; signing is allowed apart. */
export function allowSharing({ role }: NodeFunction, { table, bucket }: RunStorage): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['dynamodb:PutItem'],
      resources: [table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${PARTITION.share}*`] } },
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      actions: ['dynamodb:Query'],
      resources: [`${table.tableArn}/index/${LISTED_INDEX}`],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [LISTED.share] } },
    }),
  );
  const copies = bucket.arnForObjects('shares/*');
  role.addToPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: [copies] }));
  acknowledgeWildcard(role, copies, 'Copies of whatever share: their ids are not known beforehand');
}
