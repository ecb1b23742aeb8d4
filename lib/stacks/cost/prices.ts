/** What AWS charges, in US dollars, without free tiers and discounts. */

export interface Price {
  /** In eu-central-1, the default home region. */
  readonly usd: number;
  /** In us-east-1; absent: the same. */
  readonly usEast1?: number;
  /** What one pays that much for. */
  readonly per: string;
  readonly source: string;
  /** What vouches for the amount in eu-central-1; absent: the page, as read when the table was put together. */
  readonly basis?: string;
}

/** When the table below was put together. Nothing checks it against AWS: look before relying on it. */
export const PRICES_READ = '2026-11-24';
/** When amounts of eu-central-1 were added, with no price list of AWS at hand. */
export const HOME_PRICES_ADDED = '2026-11-30';

const cloudWatch = 'https://aws.amazon.com/cloudwatch/pricing/';
const vpc = 'https://aws.amazon.com/vpc/pricing/';
const s3 = 'https://aws.amazon.com/s3/pricing/';
const lambda = 'https://aws.amazon.com/lambda/pricing/';
const dynamo = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const eventBridge = 'https://aws.amazon.com/eventbridge/pricing/';
const cloudFront = 'https://aws.amazon.com/cloudfront/pricing/';
const NOT_CONFIRMED = 'not confirmed';
const THIRD_PARTIES = 'third parties alone';

export const prices = {
  transition: {
    usd: 0.025 / 1_000,
    per: 'state transition (Standard)',
    source: 'https://aws.amazon.com/step-functions/pricing/',
  },
  lambdaSecond: { usd: 0.0000133334, per: 'GB-second (arm64)', source: lambda },
  lambdaRequest: { usd: 0.2 / 1e6, per: 'invocation', source: lambda },
  s3Put: { usd: 0.0054 / 1_000, usEast1: 0.005 / 1_000, per: 'PUT', source: s3, basis: NOT_CONFIRMED },
  s3Get: { usd: 0.00043 / 1_000, usEast1: 0.0004 / 1_000, per: 'GET', source: s3, basis: NOT_CONFIRMED },
  s3Month: {
    usd: 0.0245,
    usEast1: 0.023,
    per: 'GB for a month (Standard)',
    source: s3,
    basis: NOT_CONFIRMED,
  },
  tableWrite: {
    usd: 0.7625 / 1e6,
    usEast1: 0.625 / 1e6,
    per: 'write request unit',
    source: dynamo,
    basis: NOT_CONFIRMED,
  },
  tableRead: {
    usd: 0.1525 / 1e6,
    usEast1: 0.125 / 1e6,
    per: 'read request unit',
    source: dynamo,
    basis: NOT_CONFIRMED,
  },
  tableBackup: {
    usd: 0.2448,
    usEast1: 0.2,
    per: 'GB of the table for a month of point-in-time recovery',
    source: dynamo,
    basis: NOT_CONFIRMED,
  },
  event: { usd: 1 / 1e6, per: 'custom event', source: eventBridge },
  scheduled: {
    usd: 1 / 1e6,
    per: 'invocation by EventBridge Scheduler',
    source: eventBridge,
    basis: NOT_CONFIRMED,
  },
  apiRequest: {
    usd: 1.2 / 1e6,
    usEast1: 1 / 1e6,
    per: 'request of the HTTP API',
    source: 'https://aws.amazon.com/api-gateway/pricing/',
    basis: NOT_CONFIRMED,
  },
  linkRequest: {
    usd: 0.012 / 10_000,
    usEast1: 0.01 / 10_000,
    per: 'HTTPS request to CloudFront',
    source: cloudFront,
    basis: NOT_CONFIRMED,
  },
  linkGigabyte: {
    usd: 0.085,
    per: 'GB from CloudFront to readers in Europe and North America',
    source: cloudFront,
    basis: NOT_CONFIRMED,
  },
  logs: { usd: 0.63, usEast1: 0.5, per: 'GB of logs ingested', source: cloudWatch, basis: NOT_CONFIRMED },
  flowLogs: {
    usd: 0.63,
    usEast1: 0.5,
    per: 'GB of flow logs ingested',
    source: cloudWatch,
    basis: NOT_CONFIRMED,
  },
  trace: { usd: 5 / 1e6, per: 'trace recorded', source: 'https://aws.amazon.com/xray/pricing/' },
  betweenRegions: {
    usd: 0.02,
    per: 'GB between regions',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
  },
  alarm: { usd: 0.1, per: 'metric in an alarm, a month', source: cloudWatch },
  compositeAlarm: { usd: 0.5, per: 'composite alarm, a month', source: cloudWatch, basis: NOT_CONFIRMED },
  metric: { usd: 0.3, per: 'custom metric, a month', source: cloudWatch },
  dashboard: { usd: 3, per: 'dashboard, a month', source: cloudWatch },
  signature: {
    usd: 0.15 / 10_000,
    per: 'signature by a KMS key',
    source: 'https://aws.amazon.com/kms/pricing/',
  },
  key: { usd: 1, per: 'KMS key, a month', source: 'https://aws.amazon.com/kms/pricing/' },
  natHour: {
    usd: 0.052,
    usEast1: 0.045,
    per: 'hour of a NAT gateway',
    source: vpc,
    basis: THIRD_PARTIES,
  },
  natGigabyte: {
    usd: 0.052,
    usEast1: 0.045,
    per: 'GB through a NAT gateway',
    source: vpc,
    basis: THIRD_PARTIES,
  },
  addressHour: { usd: 0.005, per: 'hour of a public IPv4 address', source: vpc },
  person: {
    usd: 0.015,
    per: 'person who signs in by Cognito (Essentials), a month',
    source: 'https://aws.amazon.com/cognito/pricing/',
    basis: NOT_CONFIRMED,
  },
  canaryRun: { usd: 0.0012, per: 'run of a CloudWatch Synthetics canary', source: cloudWatch },
} as const satisfies Record<string, Price>;
export type PriceId = keyof typeof prices;
