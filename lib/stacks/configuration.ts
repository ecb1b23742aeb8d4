/** What a deployment may choose: the context in cdk.json, or `-c KEY=VALUE` on the command line, which is text. */
import * as z from 'zod';
import { DEFAULT_RATE_LIMITS } from '../fleet/rate-limit.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { describeIssue, pathText } from '../request/issue.ts';

/** All vantages stand in an environment variable, and Lambda gives 4 KB to all of a function's together. */
const MAX_VANTAGES = 20;

/** `["a","b"]` from cdk.json, or `a,b` from the command line. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((part) => part.trim())
            .filter((part) => part !== '')
        : value,
    z.array(item),
  );

const Region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is no AWS region, such as eu-central-1');

/** `"eu-central-1"`, or an address that exists already, so that it outlives the stack. */
const SmtpVantage = z.preprocess(
  (value) => (typeof value === 'string' ? { region: value } : value),
  z.strictObject({
    region: Region,
    /** An Elastic IP that the account owns; absent: the stack makes one. */
    allocationId: z
      .string()
      .regex(/^eipalloc-[0-9a-f]{8,17}$/, 'is no allocation id, such as eipalloc-0123456789abcdef0')
      .optional(),
    /** The Elastic IP itself; goes with `allocationId`, because CloudFormation can't look it up. */
    address: z.ipv4('is no IPv4 address').optional(),
    /** Name whose A is the Elastic IP and which its PTR gives back; sent in EHLO. */
    ehloName: z.string().min(1).max(253).optional(),
  }),
);
export type SmtpVantage = z.infer<typeof SmtpVantage>;

const whole = z.coerce.number().int();

export const FleetConfiguration = z
  .object({
    /** Begins every name that is fixed: two fleets can live in one account. */
    fleetName: z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{1,19}$/,
        'must be 2 to 20 lower-case letters, digits and hyphens, a letter first',
      )
      .default('inbound-check'),
    homeRegion: Region.default('eu-central-1'),
    vantageRegions: listOf(Region)
      .pipe(z.array(Region).min(1, 'must name at least one region'))
      .default(['eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-1']),
    /** Regions that also get a vantage with a fixed address, which may use port 25. */
    smtpVantages: listOf(SmtpVantage).default([]),
    /** Days that reports, raw observations and run records are kept. */
    retentionDays: whole.min(1).max(3_650).default(400),
    /** Days that logs are kept (one of the numbers that CloudWatch Logs knows). */
    logRetentionDays: whole
      .refine((days) => LOG_DAYS.includes(days), `must be one of ${[1, 3, 5, 7, 14, 30, 60, 90].join(', ')}`)
      .default(30),
    alertEmail: z.union([z.literal(''), z.email('is no e-mail address')]).default(''),
    /** Name or ARN of a managed policy that bounds every role; empty: none. */
    permissionsBoundary: z.string().max(2_048).default(''),
    /** Alarm when no scheduled run has finished for so long; 0: no such alarm. */
    heartbeatMinutes: whole
      .min(0)
      .max(10_080)
      .refine(
        (minutes) => minutes === 0 || (minutes < 60 ? minutes % 5 === 0 : minutes % 60 === 0),
        'must be 0, or a multiple of 5 below an hour and of 60 above',
      )
      .default(1_440),
    /**
     * Executions of one prober at a time; 0: unbounded. AWS keeps 100 of an account's concurrency unreserved, so a new
     * account, whose limit is 10, can only deploy with 0 until the limit is raised.
     */
    proberConcurrency: whole.min(0).max(1_000).default(40),
    /** Runs of one target, and of one requester, that may start within an hour. */
    runsPerTargetHour: whole.min(1).max(1_000).default(DEFAULT_RATE_LIMITS.perTarget),
    runsPerRequesterHour: whole.min(1).max(1_000).default(DEFAULT_RATE_LIMITS.perRequester),
    /** Name of one's own that links to reports have; empty: CloudFront's. */
    shareDomain: z
      .union([z.literal(''), z.hostname('is no host name, such as share.example.com')])
      .default(''),
    /** Its certificate; CloudFront takes them from us-east-1 alone. */
    shareCertificateArn: z
      .union([
        z.literal(''),
        z
          .string()
          .regex(
            /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
            'is no ARN of an ACM certificate in us-east-1',
          ),
      ])
      .default(''),
  })
  .superRefine(({ vantageRegions, smtpVantages, shareDomain, shareCertificateArn }, context) => {
    if ((shareDomain === '') !== (shareCertificateArn === ''))
      context.addIssue({
        code: 'custom',
        path: [shareDomain === '' ? 'shareDomain' : 'shareCertificateArn'],
        message: 'shareDomain and shareCertificateArn go together',
      });
    const twice = (list: readonly string[]): string | undefined =>
      list.find((region, index) => list.indexOf(region) !== index);
    const region = twice(vantageRegions);
    if (region !== undefined)
      context.addIssue({ code: 'custom', path: ['vantageRegions'], message: `names ${region} twice` });
    const smtp = twice(smtpVantages.map((vantage) => vantage.region));
    if (smtp !== undefined)
      context.addIssue({ code: 'custom', path: ['smtpVantages'], message: `names ${smtp} twice` });
    const vantages = vantageRegions.length + smtpVantages.length;
    if (vantages > MAX_VANTAGES)
      context.addIssue({
        code: 'custom',
        path: ['vantageRegions'],
        message: `${vantages} vantages, and a fleet has at most ${MAX_VANTAGES}`,
      });
    for (const [index, { allocationId, address }] of smtpVantages.entries())
      if ((allocationId === undefined) !== (address === undefined))
        context.addIssue({
          code: 'custom',
          path: ['smtpVantages', index],
          message: 'allocationId and address go together',
        });
  });
export type FleetConfiguration = z.infer<typeof FleetConfiguration>;

/** As `RetentionDays` has them, up to a quarter: logs are for operation; reports are what is kept. */
const LOG_DAYS: readonly number[] = [1, 3, 5, 7, 14, 30, 60, 90];

/** Keys of the context that are ours; the others are CDK's own. */
export const CONFIGURATION_KEYS = Object.keys(FleetConfiguration.shape);

/** `read` gives the context's value of a key. The error is one line that names the key. */
export function parseConfiguration(read: (key: string) => unknown): ParseResult<FleetConfiguration> {
  const entries = CONFIGURATION_KEYS.map((key) => [key, read(key)] as const).filter(
    ([, value]) => value !== undefined,
  );
  const result = FleetConfiguration.safeParse(Object.fromEntries(entries));
  if (result.success) return parsed(result.data);
  const { path, message } = describeIssue(result.error);
  return inputError(`context ${pathText(path)}: ${message}`);
}
