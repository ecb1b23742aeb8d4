/**
 * Where the console's files are: a private bucket behind a distribution of its own, so that pages of links, which show what
 * others said, are never of the same origin as a console somebody is signed in to.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { FleetConfiguration } from './configuration.ts';
import { connectPolicy } from './console-page.ts';

export interface HostedConsoleProps {
  readonly configuration: FleetConfiguration;
  /** Host of the sign-in page. */
  readonly loginHost: string;
}

export class HostedConsole extends Construct {
  readonly bucket: IBucket;
  /** The origin, without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { configuration, loginHost }: HostedConsoleProps) {
    super(scope, id);
    const { fleetName, homeRegion, consoleDomain, consoleCertificateArn, consoleWebAclArn } = configuration;
    const bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // Files of the product alone, which its deployment takes away with itself.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(
      bucket,
      'AwsSolutions-S1',
      'It holds files of the product alone, the same for everybody; a log would say who opens the console',
    );
    const name = `${fleetName}-console-${homeRegion}`;
    const hasDomain = consoleDomain !== '';
    const distribution = new Distribution(this, 'Distribution', {
      comment: `${fleetName}: console`,
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket as IBucket, {
          originAccessControl: new S3OriginAccessControl(this, 'Access', { originAccessControlName: name }),
        }),
        // By what the files say of themselves: the page is asked for each time, the rest has its hash in its name.
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        compress: true,
        responseHeadersPolicy: headersPolicy(this, name, configuration, loginHost),
      },
      enableIpv6: true,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      enableLogging: false,
      ...(consoleWebAclArn !== '' && { webAclId: consoleWebAclArn }),
      ...(hasDomain && {
        domainNames: [consoleDomain],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', consoleCertificateArn),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
    });
    this.bucket = bucket as IBucket;
    this.url = `https://${hasDomain ? consoleDomain : distribution.distributionDomainName}`;
    acceptFindings(distribution, { hasDomain, hasFirewall: consoleWebAclArn !== '' });
  }
}

/** No script or style but the files beside it, in no frame, over TLS for two years; text can't become HTML by accident. */
const headersPolicy = (
  scope: Construct,
  name: string,
  configuration: FleetConfiguration,
  loginHost: string,
): ResponseHeadersPolicy =>
  new ResponseHeadersPolicy(scope, 'Headers', {
    responseHeadersPolicyName: name,
    securityHeadersBehavior: {
      contentSecurityPolicy: {
        contentSecurityPolicy: [
          `default-src 'none'`,
          `script-src 'self'`,
          `style-src 'self'`,
          `img-src 'self'`,
          connectPolicy(apiSource(configuration), configuration.homeRegion, loginHost),
          `form-action 'none'`,
          `base-uri 'none'`,
          `frame-ancestors 'none'`,
          `require-trusted-types-for 'script'`,
        ].join('; '),
        override: true,
      },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      // The address holds a code for a moment after the sign-in.
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.days(730),
        includeSubdomains: true,
        override: true,
      },
    },
    customHeadersBehavior: {
      customHeaders: Object.entries({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': 'camera=(), geolocation=(), microphone=()',
        'x-robots-tag': 'noindex, nofollow, noarchive',
      }).map(([header, value]) => ({ header, value, override: true })),
    },
  });

/**
 * API Gateway's own name is known once the API is made, which names this distribution as the origin that it answers: so the
 * header allows such names of the region, and the page itself (`console-page.ts`) the one API alone. A browser keeps to both.
 */
const apiSource = ({ apiDomain, homeRegion }: FleetConfiguration): string =>
  apiDomain === '' ? `https://*.execute-api.${homeRegion}.amazonaws.com` : `https://${apiDomain}`;

function acceptFindings(
  distribution: Distribution,
  { hasDomain, hasFirewall }: { readonly hasDomain: boolean; readonly hasFirewall: boolean },
): void {
  acknowledge(
    distribution,
    'AwsSolutions-CFR1',
    'Its files are nobody’s secret, and people of the fleet may be anywhere: the sign-in decides',
  );
  if (!hasFirewall)
    acknowledge(
      distribution,
      'AwsSolutions-CFR2',
      'A web application firewall would see GET and HEAD of static files alone; consoleWebAclArn sets one',
    );
  acknowledge(
    distribution,
    'AwsSolutions-CFR3',
    'Access logs hold the query, so they would hold the codes of sign-ins',
  );
  if (!hasDomain)
    acknowledge(
      distribution,
      'AwsSolutions-CFR4',
      'CloudFront’s own certificate sets the oldest TLS version itself; a domain of one’s own gets TLSv1.2_2021',
    );
}
