/** The HTTP API that operators and support call: a route for each contract, so that IAM can name it, all to one function. */
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  type CfnStage,
  CorsHttpMethod,
  type CorsPreflightOptions,
  DomainName,
  EndpointType,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  IpAddressType,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { contracts } from '../service/api/operations.ts';
import { SOURCE_PREFIX, SOURCE_ROUTE } from '../service/api/source-path.ts';
import { siteContracts } from '../service/contracts/site.ts';
import { PARTITION } from '../service/state/keys.ts';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';
import { addApiPolicies, type PolicyName } from './api-policies.ts';
import type { FleetConfiguration } from './configuration.ts';
import { NodeFunction } from './node-function.ts';
import { allowObjects, allowTable, EARLY, LISTENER_SECRET } from './run-functions.ts';
import type { RunStorage } from './storage.ts';
import { fleetVariable } from './vantages.ts';

export interface ApiProps {
  readonly configuration: FleetConfiguration;
  readonly storage: RunStorage;
  /** What answers site vantages. */
  readonly site: NodeFunction;
  /** The state machine `check`. */
  readonly check: StateMachine;
  /** What handlers of other parts need to know. */
  readonly environment: Readonly<Record<string, string>>;
  /** Origin of the console whose people ask from a browser, with `https://`. Absent: no browser may. */
  readonly consoleUrl?: string;
  /** Rights that handlers of other parts need, each granted to the function's role. */
  readonly grants: readonly ((to: NodeFunction) => void)[];
}

/** API Gateway gives a function 30 s; it ends before, with an answer of its own. */
const TIMEOUT_S = 29;
/** Requests of the whole fleet per second, and at the same time: people and pipelines, not a public site. */
const RATE = 20;
const BURST = 40;

/** Reports joined with logs of listeners: beside those that a run made, which stay. */
const JOINED = 'runs/*/joined-*';

export class Api extends Construct {
  readonly function: NodeFunction;
  /** Without a slash at the end. */
  readonly url: string;
  /** Where a request with a token learns the address that it came from; there is such a route only without sharing. */
  readonly sourceUrl: string;
  /** What the record of `apiDomain` has to lead to; absent without. */
  readonly domainTarget?: string;
  readonly policies: ReadonlyMap<PolicyName, ManagedPolicy>;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const { configuration, consoleUrl } = props;
    const { fleetName, apiDomain, apiDefaultEndpoint } = configuration;
    this.function = addFunction(this, props);
    const api = new HttpApi(this, 'Http', {
      apiName: fleetName,
      description: 'Inbound Check: runs, targets, schedules, shares',
      createDefaultStage: false,
      ...(!apiDefaultEndpoint && { disableExecuteApiEndpoint: true }),
      defaultAuthorizer: new HttpIamAuthorizer(),
      // A vantage with IPv6 alone asks it for its address.
      ...(!configuration.sharing && { ipAddressType: IpAddressType.DUAL_STACK }),
      ...(consoleUrl !== undefined && { corsPreflight: preflightFor(consoleUrl) }),
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: RATE, burstLimit: BURST },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLog', {
            logGroupName: `/aws/vendedlogs/apigateway/${fleetName}`,
            retention: configuration.logRetentionDays,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        ),
        format: AccessLogFormat.custom(accessLog(consoleUrl !== undefined)),
      },
    });
    const integration = new HttpLambdaIntegration('Function', this.function.lambda, {
      timeout: Duration.seconds(TIMEOUT_S),
      // One permission for the whole API: one for each route would not fit into the function's policy.
      scopePermissionToRoute: false,
    });
    for (const { path, method } of contracts)
      api.addRoutes({ path, methods: [HttpMethod[method]], integration });
    // What is no route is answered by the function, too, as a problem.
    // With a console by their names: ANY would take its preflights, too, and ask a signature of them.
    const unknown = consoleUrl === undefined ? [HttpMethod.ANY] : NAMED_METHODS;
    api.addRoutes({ path: '/{unknown+}', methods: [...unknown], integration });
    const open = addSiteRoutes(api, props.site);
    if (!configuration.sharing) open.push(addSourceRoute(api, integration));
    throttleOpenRoutes(stage, open);
    this.policies = addApiPolicies(this, { fleetName, region: configuration.homeRegion, api });
    if (apiDomain === '') this.url = api.apiEndpoint;
    else {
      this.url = `https://${apiDomain}`;
      this.domainTarget = addDomain(this, configuration, api, stage);
    }
    // API Gateway's own name where it answers: one's own may not lead here yet.
    this.sourceUrl = `${apiDefaultEndpoint ? api.apiEndpoint : this.url}${SOURCE_PREFIX}`;
  }
}

const NAMED_METHODS: readonly HttpMethod[] = [
  HttpMethod.GET,
  HttpMethod.HEAD,
  HttpMethod.PUT,
  HttpMethod.POST,
  HttpMethod.DELETE,
  HttpMethod.PATCH,
];

/** What a page of the console's origin may ask, and no other: API Gateway answers preflights by it, and no function sees one. */
const preflightFor = (consoleUrl: string): CorsPreflightOptions => ({
  allowOrigins: [consoleUrl],
  allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.PUT, CorsHttpMethod.POST, CorsHttpMethod.DELETE],
  allowHeaders: [
    'authorization',
    'content-type',
    'x-amz-content-sha256',
    'x-amz-date',
    'x-amz-security-token',
  ],
  // Who asks is in the signature: cookies have no part in it.
  allowCredentials: false,
  maxAge: Duration.hours(1),
});

/** Gives the API's name of one's own, and the name that its record has to lead to. */
function addDomain(
  scope: Construct,
  { apiDomain, apiCertificateArn, sharing }: FleetConfiguration,
  api: HttpApi,
  stage: HttpStage,
): string {
  const domainName = new DomainName(scope, 'Domain', {
    domainName: apiDomain,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', apiCertificateArn),
    endpointType: EndpointType.REGIONAL,
    securityPolicy: SecurityPolicy.TLS_1_2,
    ...(!sharing && { ipAddressType: IpAddressType.DUAL_STACK }),
  });
  new ApiMapping(scope, 'Mapping', { api, domainName, stage });
  return domainName.regionalDomainName;
}

/** Questions of whole fleets at once, and then a few in a second: who floods the route makes an address unknown, and no run fail. */
const SOURCE_RATE = 5;
const SOURCE_BURST = 40;

/** A route without IAM, and what of it is let through in a second, and at the same time. */
interface OpenRoute {
  readonly key: string;
  readonly routes: readonly HttpRoute[];
  readonly rate: number;
  readonly burst: number;
}

/** The function answers for a token of a run alone, once. */
function addSourceRoute(api: HttpApi, integration: HttpLambdaIntegration): OpenRoute {
  const routes = api.addRoutes({
    path: `${SOURCE_PREFIX}{token}`,
    methods: [HttpMethod.GET],
    integration,
    authorizer: new HttpNoneAuthorizer(),
  });
  for (const route of routes)
    acknowledge(
      route,
      'AwsSolutions-APIG4',
      'It tells a caller the caller’s own address, for a one-time token; a vantage has no right to be judged by',
    );
  return { key: SOURCE_ROUTE, routes, rate: SOURCE_RATE, burst: SOURCE_BURST };
}

/**
 * 50 vantages ask every ten seconds, and may all do so at once after an outage; who joins is a person who types. What is told early
 * and refused comes with the next, or with the answer.
 */
const SITE_RATES: Readonly<Record<keyof typeof siteContracts, Pick<OpenRoute, 'rate' | 'burst'>>> = {
  joinSite: { rate: 1, burst: 5 },
  pollSite: { rate: 10, burst: 60 },
  tellSite: { rate: 10, burst: 60 },
  answerSite: { rate: 10, burst: 60 },
};

/** Site vantages have no credentials of AWS: the function holds each request against the key of the one that it names. */
function addSiteRoutes(api: HttpApi, { lambda }: NodeFunction): OpenRoute[] {
  const integration = new HttpLambdaIntegration('Site', lambda, {
    timeout: Duration.seconds(TIMEOUT_S),
    scopePermissionToRoute: false,
  });
  return Object.values(siteContracts).map(({ id, path, method }) => {
    const routes = api.addRoutes({
      path,
      methods: [HttpMethod[method]],
      integration,
      authorizer: new HttpNoneAuthorizer(),
    });
    for (const route of routes)
      acknowledge(
        route,
        'AwsSolutions-APIG4',
        'Each request is signed by the key of the vantage, or bears the code that enrols it; the function judges both',
      );
    return { key: `${method} ${path}`, routes, ...SITE_RATES[id] };
  });
}

function throttleOpenRoutes(stage: HttpStage, open: readonly OpenRoute[]): void {
  const cfnStage = stage.node.defaultChild as CfnStage;
  cfnStage.routeSettings = Object.fromEntries(
    open.map(({ key, rate, burst }) => [key, { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }]),
  );
  // API Gateway refuses settings of a route that is not there yet.
  for (const route of open.flatMap(({ routes }) => routes)) stage.node.addDependency(route);
}

/**
 * Who called what and how it ended; no query, which may name a customer, and no body. People of a console share one ARN for
 * each role: which of them it was is in what Cognito says.
 */
const accessLog = (hasConsole: boolean): string =>
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    time: AccessLogField.contextRequestTimeEpoch(),
    route: '$context.routeKey',
    caller: '$context.identity.userArn',
    ...(hasConsole && { person: AccessLogField.contextIdentityCognitoAuthenticationProvider() }),
    sourceIp: AccessLogField.contextIdentitySourceIp(),
    userAgent: AccessLogField.contextIdentityUserAgent(),
    status: AccessLogField.contextStatus(),
    bytes: AccessLogField.contextResponseLength(),
    latency: AccessLogField.contextResponseLatency(),
    error: '$context.error.message',
    integrationError: AccessLogField.contextIntegrationErrorMessage(),
  });

function addFunction(scope: Construct, props: ApiProps): NodeFunction {
  const { configuration, storage, check } = props;
  const added = new NodeFunction(scope, 'Api', {
    functionName: `${configuration.fleetName}-api`,
    source: 'api',
    description: 'Answers the requests of the HTTP API',
    // It decompresses what vantages saw, and holds reports whole.
    memory: 1_024,
    timeoutSeconds: TIMEOUT_S,
    logRetentionDays: configuration.logRetentionDays,
    traced: true,
    environment: {
      RUN_BUCKET: storage.bucket.bucketName,
      TABLE_NAME: storage.table.tableName,
      RETENTION_DAYS: String(configuration.retentionDays),
      FLEET: fleetVariable(configuration),
      CHECK_MACHINE: check.stateMachineArn,
      ...props.environment,
    },
  });
  allowTable(added, storage, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query']);
  allowObjects(added, storage, 's3:GetObject', [
    'runs/*/plan.json',
    'runs/*/raw/*',
    EARLY,
    'runs/*/report.*',
    JOINED,
  ]);
  // The key of a run with listeners: written, and not read, here.
  allowObjects(added, storage, 's3:PutObject', [LISTENER_SECRET, JOINED]);
  allowTable(added, storage, ['dynamodb:PutItem'], `${PARTITION.joined}*`, `${PARTITION.sites}*`);
  allowExecutions(added, check);
  for (const grant of props.grants) grant(added);
  return added;
}

function allowExecutions(to: NodeFunction, { stateMachineArn, stateMachineName }: StateMachine): void {
  const executions = Stack.of(to).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  to.role.addToPolicy(
    new PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn] }),
  );
  to.role.addToPolicy(
    new PolicyStatement({
      actions: ['states:DescribeExecution', 'states:GetExecutionHistory', 'states:StopExecution'],
      resources: [executions],
    }),
  );
  acknowledgeWildcard(
    to.role,
    executions,
    'Executions of this one state machine, whose names are not known beforehand',
  );
}
