/** What a deployment may choose: the context in cdk.json, or `-c KEY=VALUE` on the command line, which is text. */
import * as z from 'zod';
import { describeIssue, pathText } from '../input/request/issue.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { parseJson } from '../model/parse-json.ts';
import { DEFAULT_REMINDER_HOURS } from '../service/alerts/reminder-hours.ts';
import { DEFAULT_RATE_LIMITS } from '../service/runs/rate-limit.ts';

/** All vantages are in an environment variable, and Lambda gives 4 KB to all of a function's together. */
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

/** `"eu-central-1"`, or an address that exists already, so that it remains when the stack is deleted. */
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
    /** As `eu-central-1b`; absent: the first. One that lacks NAT gateways or Lambda in a VPC fails the deployment. */
    availabilityZone: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'is no availability zone, such as eu-central-1b')
      .optional(),
    /** Judges IPv6, too. AWS does not say whether it lifts the block of port 25 for it, so an MX with IPv6 may stay unjudged. */
    ipv6: z.boolean().optional(),
    /** Name whose A is the Elastic IP and which its PTR gives back; sent in EHLO. */
    ehloName: z.string().min(1).max(253).optional(),
  }),
);
export type SmtpVantage = z.infer<typeof SmtpVantage>;

/** Of AWS's 50 some are left to the fleet's own, and to who tags by other means. */
const MAX_TAGS = 40;
/** What every service takes (AWS General Reference, tag naming limits). */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** An object from cdk.json, or `key=value,key=value` from the command line. */
const ResourceTags = z.preprocess(
  (value) => (typeof value === 'string' ? pairsIn(value) : value),
  z
    .record(z.string(), z.string().regex(TAG_TEXT, 'has a character that tags may not have').max(256))
    .superRefine((tags, context) => {
      for (const key of Object.keys(tags)) {
        const message = faultInTagKey(key);
        if (message !== undefined) context.addIssue({ code: 'custom', path: [key], message });
      }
      if (Object.keys(tags).length > MAX_TAGS)
        context.addIssue({ code: 'custom', message: `has more than ${MAX_TAGS}` });
    }),
);

function faultInTagKey(key: string): string | undefined {
  if (key.length < 1 || key.length > 128) return 'must have a key of 1 to 128 characters';
  if (!TAG_TEXT.test(key)) return 'has a character that tags may not have';
  if (/^aws:/i.test(key)) return 'begins with aws:, which is for AWS alone';
  return /^inbound-check:/i.test(key)
    ? 'begins with inbound-check:, which is for the fleet’s own'
    : undefined;
}

const pairsIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split(',')
      .filter((pair) => pair.trim() !== '')
      .map((pair) => {
        const [key = '', ...value] = pair.split('=');
        return [key.trim(), value.join('=').trim()];
      }),
  );

const hostOrNone = (example: string) =>
  z.union([z.literal(''), z.hostname(`is no host name, such as ${example}`)]).default('');

const arnOrNone = (pattern: RegExp, message: string) =>
  z.union([z.literal(''), z.string().regex(pattern, message)]).default('');

const booleanOr = (fallback: boolean) =>
  z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]).default(fallback);

const Account = z.string().regex(/^\d{12}$/, 'is no AWS account, which has 12 digits');

/** Ends of the ids of the fleet's own vantages. */
const OWN_NAMES: readonly string[] = ['smtp', 'ipv6'];

/** A vantage in another account; from the command line as JSON. */
const AccountVantage = z.strictObject({
  /** What the vantage is called, after its region; reports show it, and not the account. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,15}$/, 'must be 2 to 16 lower-case letters, digits and hyphens, a letter first')
    .refine((name) => !OWN_NAMES.includes(name), 'is what vantages of the fleet’s own account are called'),
  account: Account,
  region: Region,
  /** What whoever has the account wants to be told when its role is assumed (STS, AssumeRole, ExternalId). */
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,128}$/, 'must be 2 to 128 letters, digits and _+=,.@:/-')
    .optional(),
});
export type AccountVantage = z.infer<typeof AccountVantage>;
/** `"eu-central-1"`, or with the zone of its subnet. */
const Ipv6Vantage = z.preprocess(
  (value) => (typeof value === 'string' ? { region: value } : value),
  z.strictObject({
    region: Region,
    /** As `eu-central-1b`; absent: the first. One that lacks Lambda in a VPC fails the deployment. */
    availabilityZone: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'is no availability zone, such as eu-central-1b')
      .optional(),
  }),
);
export type Ipv6Vantage = z.infer<typeof Ipv6Vantage>;

/** As identity providers are called in sign-in addresses. */
const ProviderName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{2,31}$/, 'must be 3 to 32 letters, digits and hyphens, a letter first');

/** Where people of the console sign in besides the pool's own users; from the command line as JSON. */
const ConsoleFederation = z.preprocess(
  (value) => (typeof value === 'string' ? (parseJson(value) ?? value) : value),
  z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('saml'),
        name: ProviderName,
        metadataUrl: z.url({ protocol: /^https$/, error: 'is no https:// address' }),
      }),
      z.strictObject({
        kind: z.literal('oidc'),
        name: ProviderName,
        issuer: z.url({ protocol: /^https$/, error: 'is no https:// address' }),
        clientId: z.string().min(1).max(256),
        /** A secret of Secrets Manager in the home region; its value is the client's secret. */
        clientSecretName: z
          .string()
          .regex(/^[\w/+=.@-]{1,512}$/, 'is no name of a secret in Secrets Manager'),
      }),
    ])
    .optional(),
);
export type ConsoleFederation = NonNullable<z.infer<typeof ConsoleFederation>>;

const webAclOrNone = () =>
  arnOrNone(
    /^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]{1,128}\/[0-9a-f-]{36}$/,
    'is no ARN of a global AWS WAF web ACL (CLOUDFRONT, us-east-1)',
  );

/** CloudFront takes them from us-east-1 alone. */
const edgeCertificateOrNone = () =>
  arnOrNone(
    /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
    'is no ARN of an ACM certificate in us-east-1',
  );

/** Words that Cognito keeps for itself (Cognito developer guide, "Using your own domain for managed login"). */
const RESERVED_IN_PREFIX = /aws|amazon|cognito/;

const whole = z.coerce.number().int();

export const FleetConfiguration = z
  .object({
    /** Begins every fixed name: two fleets can be in one account. */
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
    /** Vantages outside a VPC in other accounts, each with a role there that the dispatcher assumes. */
    accountVantages: z
      .preprocess(
        (value) => (typeof value === 'string' ? (parseJson(value) ?? value) : value),
        z.array(AccountVantage),
      )
      .default([]),
    /** The fleet's own account; empty: that of the deployment's credentials. Roles in other accounts trust it. */
    homeAccount: z.union([z.literal(''), Account]).default(''),
    /** Regions of `vantageRegions` that also get a vantage with IPv6 alone, beside the plain one, which judges IPv4. */
    ipv6Vantages: listOf(Ipv6Vantage).default([]),
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
    /** Hours between two reminders of an alert that nobody has acknowledged; 0: none. */
    reminderHours: whole.min(0).max(168).default(DEFAULT_REMINDER_HOURS),
    /**
     * Executions of one prober at a time; 0: unbounded. AWS keeps 100 of an account's concurrency unreserved, so a new
     * account, whose limit is 10, can only deploy with 0 until the limit is raised.
     */
    proberConcurrency: whole.min(0).max(1_000).default(40),
    /** Runs of one target, and of one requester, that may start within an hour. */
    runsPerTargetHour: whole.min(1).max(1_000).default(DEFAULT_RATE_LIMITS.perTarget),
    runsPerRequesterHour: whole.min(1).max(1_000).default(DEFAULT_RATE_LIMITS.perRequester),
    /** Links to reports, by CloudFront; without it a report is shared as a file. */
    sharing: booleanOr(true),
    /** Name of one's own that links to reports have; empty: CloudFront's. */
    shareDomain: hostOrNone('share.example.com'),
    /** Its certificate; CloudFront takes them from us-east-1 alone. */
    shareCertificateArn: edgeCertificateOrNone(),
    /** Lets everyone read at `/sources.json` of the links from which addresses the fleet connects. */
    publicSources: booleanOr(false),
    /** Web ACL of the account before the distribution of links; empty: none. CloudFront takes global ones alone, which are in us-east-1. */
    shareWebAclArn: webAclOrNone(),
    /** The console in a browser for people without AWS credentials, who sign in by Cognito. */
    console: booleanOr(false),
    /** Name of one's own that the console has; empty: CloudFront's. */
    consoleDomain: hostOrNone('console.example.com'),
    /** Its certificate. */
    consoleCertificateArn: edgeCertificateOrNone(),
    /** Web ACL of the account before the console; empty: none. */
    consoleWebAclArn: webAclOrNone(),
    /** Begins the address of the sign-in page, which is taken once in a region; empty: the fleet's name and the account. */
    consoleLoginPrefix: z
      .union([
        z.literal(''),
        z
          .string()
          .regex(
            /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
            'must be 1 to 63 lower-case letters, digits and hyphens',
          )
          .refine((prefix) => !RESERVED_IN_PREFIX.test(prefix), 'may not hold aws, amazon or cognito'),
      ])
      .default(''),
    /** A company's own sign-in (SAML or OIDC) beside users of the pool. */
    consoleFederation: ConsoleFederation,
    /** Name of one's own that the HTTP API has; empty: API Gateway's. */
    apiDomain: hostOrNone('api.example.com'),
    /** Its certificate, in the home region. */
    apiCertificateArn: arnOrNone(
      /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
      'is no ARN of an ACM certificate',
    ),
    /** Whether the API answers under API Gateway's name, too, when it has one of its own. */
    apiDefaultEndpoint: booleanOr(true),
    /** Of every resource, beside the fleet's own. */
    tags: ResourceTags.default({}),
    /** US dollars a month; mails to `alertEmail` when most of it is spent, or more will be. 0: none. */
    monthlyBudget: z.coerce.number().min(0).max(1_000_000).default(0),
  })
  .superRefine((given, context) => {
    const {
      vantageRegions,
      smtpVantages,
      ipv6Vantages,
      homeRegion,
      sharing,
      shareDomain,
      shareCertificateArn,
    } = given;
    const { shareWebAclArn, apiDomain, apiCertificateArn, apiDefaultEndpoint, monthlyBudget } = given;
    const refuse = (key: keyof typeof given, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (!sharing && shareDomain !== '') refuse('shareDomain', 'goes with sharing alone');
    if (!sharing && given.publicSources)
      refuse('publicSources', 'goes with sharing alone: the list is behind the distribution of links');
    if (!sharing && shareWebAclArn !== '') refuse('shareWebAclArn', 'goes with sharing alone');
    if ((shareDomain === '') !== (shareCertificateArn === ''))
      refuse(
        shareDomain === '' ? 'shareDomain' : 'shareCertificateArn',
        'shareDomain and shareCertificateArn go together',
      );
    if (!given.console)
      for (const key of [
        'consoleDomain',
        'consoleWebAclArn',
        'consoleLoginPrefix',
        'consoleFederation',
      ] as const)
        if (given[key] !== undefined && given[key] !== '') refuse(key, 'goes with console alone');
    const { consoleDomain, consoleCertificateArn } = given;
    if ((consoleDomain === '') !== (consoleCertificateArn === ''))
      refuse(
        consoleDomain === '' ? 'consoleDomain' : 'consoleCertificateArn',
        'consoleDomain and consoleCertificateArn go together',
      );
    if (given.console && given.consoleLoginPrefix === '' && RESERVED_IN_PREFIX.test(given.fleetName))
      refuse('consoleLoginPrefix', 'is needed: Cognito takes no prefix with aws, amazon or cognito in it');
    if ((apiDomain === '') !== (apiCertificateArn === ''))
      refuse(
        apiDomain === '' ? 'apiDomain' : 'apiCertificateArn',
        'apiDomain and apiCertificateArn go together',
      );
    if (apiCertificateArn !== '' && apiCertificateArn.split(':')[3] !== homeRegion)
      refuse('apiCertificateArn', `must be in ${homeRegion}, where the API is`);
    if (!apiDefaultEndpoint && apiDomain === '')
      refuse('apiDefaultEndpoint', 'may be false with apiDomain alone: nothing could reach the API');
    if (monthlyBudget > 0 && given.alertEmail === '')
      refuse('monthlyBudget', 'needs alertEmail, which the budget sends its mails to');
    const twice = (list: readonly string[]): string | undefined =>
      list.find((region, index) => list.indexOf(region) !== index);
    const region = twice(vantageRegions);
    if (region !== undefined)
      context.addIssue({ code: 'custom', path: ['vantageRegions'], message: `names ${region} twice` });
    const smtp = twice(smtpVantages.map((vantage) => vantage.region));
    if (smtp !== undefined)
      context.addIssue({ code: 'custom', path: ['smtpVantages'], message: `names ${smtp} twice` });
    const { accountVantages, homeAccount } = given;
    if (accountVantages.length > 0 && homeAccount === '')
      refuse('homeAccount', 'is needed with accountVantages: the roles there trust it');
    const named = twice(accountVantages.map(({ region: at, name }) => `${at}-${name}`));
    if (named !== undefined) refuse('accountVantages', `names ${named} twice`);
    if (accountVantages.some(({ account }) => account === homeAccount))
      refuse('accountVantages', `names ${homeAccount}, the fleet’s own: use vantageRegions`);
    const six = twice(ipv6Vantages.map((vantage) => vantage.region));
    if (six !== undefined) refuse('ipv6Vantages', `names ${six} twice`);
    const bare = ipv6Vantages.find((vantage) => !vantageRegions.includes(vantage.region));
    if (bare !== undefined)
      refuse(
        'ipv6Vantages',
        `names ${bare.region}, which vantageRegions lacks: IPv4 would not be judged from there`,
      );
    const vantages =
      vantageRegions.length + smtpVantages.length + ipv6Vantages.length + accountVantages.length;
    if (vantages > MAX_VANTAGES)
      context.addIssue({
        code: 'custom',
        path: ['vantageRegions'],
        message: `${vantages} vantages, and a fleet has at most ${MAX_VANTAGES}`,
      });
    for (const [key, chosen] of Object.entries({ smtpVantages, ipv6Vantages }))
      for (const [index, { region: at, availabilityZone }] of chosen.entries())
        if (availabilityZone !== undefined && availabilityZone.slice(0, -1) !== at)
          context.addIssue({
            code: 'custom',
            path: [key, index, 'availabilityZone'],
            message: `is not in ${at}`,
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
  const { path, message } = describeIssue(result.error, FleetConfiguration);
  return inputError(`context ${pathText(path)}: ${message}`);
}
