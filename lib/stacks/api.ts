/** The HTTP API that operators and support call: a route for each contract, so that IAM can name it, all to one function. */
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { contracts } from '../api/operations.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { addApiPolicies } from './api-policies.ts';
import type { FleetConfiguration } from './configuration.ts';
import { NodeFunction } from './node-function.ts';
import { allowObjects, allowTable } from './run-functions.ts';
import type { RunStorage } from './storage.ts';
import { fleetVariable } from './vantages.ts';

export interface ApiProps {
  readonly configuration: FleetConfiguration;
  readonly storage: RunStorage;
  /** The state machine `check`. */
  readonly check: StateMachine;
  /** What handlers of other parts need to know. */
  readonly environment: Readonly<Record<string, string>>;
  /** Rights that handlers of other parts need, each granted to the function's role. */
  readonly grants: readonly ((to: NodeFunction) => void)[];
}

/** API Gateway gives a function 30 s; it ends before, with an answer of its own. */
const TIMEOUT_S = 29;
/** Requests a second of the whole fleet, and at once: people and pipelines, not a public site. */
const RATE = 20;
const BURST = 40;

export class Api extends Construct {
  readonly function: NodeFunction;
  /** Without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const { configuration } = props;
    const { fleetName } = configuration;
    this.function = addFunction(this, props);
    const api = new HttpApi(this, 'Http', {
      apiName: fleetName,
      description: 'Inbound Check: runs, targets, schedules, shares',
      createDefaultStage: false,
      defaultAuthorizer: new HttpIamAuthorizer(),
    });
    new HttpStage(this, 'Stage', {
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
        format: AccessLogFormat.custom(ACCESS_LOG),
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
    api.addRoutes({ path: '/{unknown+}', methods: [HttpMethod.ANY], integration });
    addApiPolicies(this, { fleetName, api });
    this.url = api.apiEndpoint;
  }
}

/** Who called what and how it ended; no query, which may name a customer, and no body. */
const ACCESS_LOG = JSON.stringify({
  requestId: AccessLogField.contextRequestId(),
  time: AccessLogField.contextRequestTimeEpoch(),
  route: '$context.routeKey',
  caller: '$context.identity.userArn',
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
    // It unfolds what vantages saw, and holds reports whole.
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
  allowObjects(added, storage, 's3:GetObject', ['runs/*/raw/*', 'runs/*/report.*']);
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
