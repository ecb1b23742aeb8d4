/**
 * What AWS asks, in US dollars, in us-east-1, without free tiers and discounts. Step Functions, Lambda and EventBridge
 * cost the same in Frankfurt and Dublin; S3, DynamoDB, logs and NAT gateways cost up to a quarter more there.
 */

export interface Price {
  readonly usd: number;
  /** What one pays that much for. */
  readonly per: string;
  readonly source: string;
}

/** When the table below was put together. Nothing checks it against AWS: look before relying on it. */
export const PRICES_READ = '2026-11-24';

const cloudWatch = 'https://aws.amazon.com/cloudwatch/pricing/';
const vpc = 'https://aws.amazon.com/vpc/pricing/';
const s3 = 'https://aws.amazon.com/s3/pricing/';
const lambda = 'https://aws.amazon.com/lambda/pricing/';
const dynamo = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';

export const prices = {
  transition: {
    usd: 0.025 / 1_000,
    per: 'state transition (Standard)',
    source: 'https://aws.amazon.com/step-functions/pricing/',
  },
  lambdaSecond: { usd: 0.0000133334, per: 'GB-second (arm64)', source: lambda },
  lambdaRequest: { usd: 0.2 / 1e6, per: 'invocation', source: lambda },
  s3Put: { usd: 0.005 / 1_000, per: 'PUT', source: s3 },
  s3Get: { usd: 0.0004 / 1_000, per: 'GET', source: s3 },
  s3Month: { usd: 0.023, per: 'GB for a month (Standard)', source: s3 },
  tableWrite: { usd: 0.625 / 1e6, per: 'write request unit', source: dynamo },
  tableRead: { usd: 0.125 / 1e6, per: 'read request unit', source: dynamo },
  event: { usd: 1 / 1e6, per: 'custom event', source: 'https://aws.amazon.com/eventbridge/pricing/' },
  logs: { usd: 0.5, per: 'GB of logs ingested', source: cloudWatch },
  trace: { usd: 5 / 1e6, per: 'trace recorded', source: 'https://aws.amazon.com/xray/pricing/' },
  betweenRegions: {
    usd: 0.02,
    per: 'GB between regions',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
  },
  alarm: { usd: 0.1, per: 'metric in an alarm, a month', source: cloudWatch },
  metric: { usd: 0.3, per: 'custom metric, a month', source: cloudWatch },
  dashboard: { usd: 3, per: 'dashboard, a month', source: cloudWatch },
  signature: {
    usd: 0.15 / 10_000,
    per: 'signature by a KMS key',
    source: 'https://aws.amazon.com/kms/pricing/',
  },
  key: { usd: 1, per: 'KMS key, a month', source: 'https://aws.amazon.com/kms/pricing/' },
  natHour: { usd: 0.045, per: 'hour of a NAT gateway', source: vpc },
  natGigabyte: { usd: 0.045, per: 'GB through a NAT gateway', source: vpc },
  addressHour: { usd: 0.005, per: 'hour of a public IPv4 address', source: vpc },
  canaryRun: { usd: 0.0012, per: 'run of a CloudWatch Synthetics canary', source: cloudWatch },
} as const satisfies Record<string, Price>;
export type PriceId = keyof typeof prices;
