/**
 * API Gateway's HTTP API as the template has it: routes, IAM on each of them, and a function behind. Signatures are
 * verified for real; who is refused gets API Gateway's own words.
 */
import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { SOURCE_ROUTE } from '../../lib/service/api/source-path.ts';
import { siteContracts } from '../../lib/service/contracts/site.ts';
import { ACCOUNT } from './account.ts';
import type { Stack } from './cloudformation.ts';
import type { Principal } from './deployment.ts';
import type { LambdaApi } from './lambda-api.ts';
import { type ApiAnswer, type ApiRequest, type LoopbackServer, serve } from './loopback-server.ts';
import { refusal, type Statement, statements } from './policy.ts';

/** Somebody who calls the API, with one of the managed policies attached. */
export interface Operator {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly arn: string;
}

/** Temporary credentials that a service has given, and what IAM knows of them. */
export interface TemporarySession extends Operator {
  readonly sessionToken: string;
  readonly role: string;
  readonly rights: readonly Statement[];
  readonly cognitoIdentity: {
    readonly amr: readonly string[];
    readonly identityId: string;
    readonly identityPoolId: string;
  };
  isExpired: boolean;
}

/** By access key. */
export type TemporarySessions = Map<string, TemporarySession>;

export const OPERATORS = ['operator', 'support', 'reader'] as const;
export type OperatorName = (typeof OPERATORS)[number];
export type Operators = Readonly<Record<OperatorName, Operator>>;

interface Route {
  /** Nobody's rights are judged. */
  readonly open: boolean;
  readonly method: string;
  readonly path: string;
  readonly functionName: string;
}

export interface HttpApiPlan {
  readonly id: string;
  readonly region: string;
  readonly routes: readonly Route[];
  /** API Gateway's own requests to Lambda, with what the functions' policies allow it. */
  readonly principal: Principal;
  readonly rights: Readonly<Record<OperatorName, readonly Statement[]>>;
  /** Whom of other origins it answers. Absent: nobody. */
  readonly cors: CorsPlan | undefined;
}

interface CorsPlan {
  readonly AllowOrigins: readonly string[];
  readonly AllowMethods: readonly string[];
  readonly AllowHeaders: readonly string[];
  readonly MaxAge: number;
}

/** Routes that nobody's rights are judged for: who calls them has a token, a code or a key of his own. */
const OPEN_ROUTES = [
  SOURCE_ROUTE,
  ...Object.values(siteContracts).map(({ method, path }) => `${method} ${path}`),
];

/** The one HTTP API of a stack. Throws for a shape that the rig does not know. */
export function httpApiOf(stack: Stack): HttpApiPlan {
  const [api, ...more] = stack.ofType('AWS::ApiGatewayV2::Api');
  if (api === undefined || more.length > 0) throw new Error('the rig runs one HTTP API');
  const id = stack.physicalName(api.logicalId);
  const functions = new Map(
    stack.ofType('AWS::ApiGatewayV2::Integration').map(({ logicalId, properties }) => {
      if (properties.PayloadFormatVersion !== '2.0') throw new Error('the rig knows payload format 2.0');
      const target: string = `integrations/${stack.physicalName(logicalId)}`;
      return [target, String(properties.IntegrationUri)] as const;
    }),
  );
  const routes = stack.ofType('AWS::ApiGatewayV2::Route').map(({ properties }): Route => {
    const key = String(properties.RouteKey);
    const open = properties.AuthorizationType === 'NONE' && OPEN_ROUTES.includes(key);
    if (properties.AuthorizationType !== 'AWS_IAM' && !open) throw new Error(`${key} is open to everybody`);
    const functionArn = functions.get(String(properties.Target));
    if (functionArn === undefined) throw new Error(`${key} leads nowhere`);
    const [method = '', path = ''] = key.split(' ');
    return { method, path, open, functionName: functionArn.split(':').at(-1) ?? '' };
  });
  const rightsOf = (name: OperatorName): Statement[] => {
    const policy = stack
      .ofType('AWS::IAM::ManagedPolicy')
      .find(({ properties }) => String(properties.ManagedPolicyName).includes(`-${name}-`));
    if (policy === undefined) throw new Error(`there is no policy for ${name}`);
    return statements(policy.properties.PolicyDocument);
  };
  // Any stage, method and path of this API.
  const source = `arn:aws:execute-api:${stack.region}:${ACCOUNT}:${id}/*/*/*`;
  const resources = stack
    .ofType('AWS::Lambda::Permission')
    .filter(
      ({ properties: { Principal: who, Action, SourceArn } }) =>
        who === 'apigateway.amazonaws.com' && Action === 'lambda:InvokeFunction' && SourceArn === source,
    )
    .map(({ properties: { FunctionName } }) => String(FunctionName));
  return {
    id,
    region: stack.region,
    routes,
    principal: {
      accessKeyId: 'RIGAPIGATEWAY',
      role: 'apigateway.amazonaws.com',
      rights: [{ effect: 'Allow', actions: ['lambda:InvokeFunction'], resources, conditions: undefined }],
    },
    cors: api.properties.CorsConfiguration as CorsPlan | undefined,
    rights: { operator: rightsOf('operator'), support: rightsOf('support'), reader: rightsOf('reader') },
  };
}

export const createOperators = (): Operators =>
  Object.fromEntries(
    OPERATORS.map((name) => [
      name,
      {
        accessKeyId: `RIG${name.toUpperCase()}`,
        secretAccessKey: `secret-of-${name}`,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/somebody`,
      },
    ]),
  ) as unknown as Operators;

/** Milliseconds that a signature may be old (IAM user guide, "Troubleshoot Signature Version 4"). */
const MAX_SKEW_MS = 300_000;

const FORBIDDEN: ApiAnswer = {
  status: 403,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: 'Forbidden' }),
};

export const startHttpApi = (
  plan: HttpApiPlan,
  operators: Operators,
  sessions: TemporarySessions,
  lambda: Pick<LambdaApi, 'url'>,
): Promise<LoopbackServer> =>
  serve(async (request): Promise<ApiAnswer> => {
    const { cors } = plan;
    const route = routeOf(plan.routes, request);
    // Answered by API Gateway, unless a route takes it ("Configure CORS for HTTP APIs").
    if (request.method === 'OPTIONS' && cors !== undefined && route === undefined)
      return { status: 204, headers: corsHeaders(cors, request, true) };
    const answer = await answerOf(plan, operators, sessions, lambda, route, request);
    return cors === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, ...corsHeaders(cors, request, false) } };
  });

function corsHeaders(
  { AllowOrigins, AllowMethods, AllowHeaders, MaxAge }: CorsPlan,
  { headers: { origin } }: ApiRequest,
  isPreflight: boolean,
): Readonly<Record<string, string>> {
  if (origin === undefined || !AllowOrigins.includes(origin)) return {};
  return {
    'access-control-allow-origin': origin,
    ...(isPreflight && {
      'access-control-allow-methods': AllowMethods.join(','),
      'access-control-allow-headers': AllowHeaders.join(','),
      'access-control-max-age': String(MaxAge),
    }),
  };
}

async function answerOf(
  plan: HttpApiPlan,
  operators: Operators,
  sessions: TemporarySessions,
  lambda: Pick<LambdaApi, 'url'>,
  route: Route | undefined,
  request: ApiRequest,
): Promise<ApiAnswer> {
  if (route === undefined)
    return { ...FORBIDDEN, status: 404, body: JSON.stringify({ message: 'Not Found' }) };
  if (route.open) return invoke(plan, route, undefined, request, lambda);
  const session = sessions.get(request.caller?.accessKeyId ?? '');
  const name = OPERATORS.find((one) => operators[one].accessKeyId === request.caller?.accessKeyId);
  const operator = session ?? (name === undefined ? undefined : operators[name]);
  if (operator === undefined || !(await isSignedBy(operator, request, plan.region))) return FORBIDDEN;
  if (session !== undefined && request.headers['x-amz-security-token'] !== session.sessionToken)
    return FORBIDDEN;
  if (session?.isExpired === true)
    return { ...FORBIDDEN, body: '{"message":"The security token included in the request is expired"}' };
  const rights = session?.rights ?? (name === undefined ? [] : plan.rights[name]);
  const resource = `arn:aws:execute-api:${plan.region}:${ACCOUNT}:${plan.id}/$default/${request.method}${request.path}`;
  if (refusal(operator.arn, rights, { action: 'execute-api:Invoke', resource }) !== undefined)
    return FORBIDDEN;
  return invoke(plan, route, operator, request, lambda);
}

/** The most specific one: a literal before a parameter, a parameter before `{proxy+}`. */
function routeOf(routes: readonly Route[], { method, path }: ApiRequest): Route | undefined {
  const fits = routes.filter(
    (route) => (route.method === 'ANY' || route.method === method) && pattern(route.path).test(path),
  );
  const rank = ({ path: own }: Route): number =>
    own.includes('+}') ? 1_000 : (own.match(/\{/g)?.length ?? 0);
  return fits.sort((one, other) => rank(one) - rank(other))[0];
}

const pattern = (path: string): RegExp =>
  new RegExp(`^${path.replace(/\{\w+\+\}/g, '.+').replace(/\{\w+\}/g, '[^/]+')}$`);

/** Signs what was asked once more, with the caller's secret, and compares; the body by its own hash, whatever the header says. */
async function isSignedBy(
  { accessKeyId, secretAccessKey }: Operator,
  { method, path, query, headers, body }: ApiRequest,
  region: string,
): Promise<boolean> {
  const given = String(headers.authorization);
  const signed = new Set(/SignedHeaders=([^,\s]+)/.exec(given)?.[1]?.split(';') ?? []);
  const date = dateOf(String(headers['x-amz-date']));
  const hash = headers['x-amz-content-sha256'];
  if (hash !== undefined && hash !== createHash('sha256').update(body).digest('hex')) return false;
  if (!signed.has('host') || date === undefined || Math.abs(Date.now() - date.getTime()) > MAX_SKEW_MS)
    return false;
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
    applyChecksum: false,
  });
  const expected = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query: queryOf(query),
      headers: Object.fromEntries(
        [...signed]
          .filter((name) => name !== 'x-amz-date')
          .map((name) => [name, String(headers[name] ?? '')]),
      ),
      body,
    },
    { signingDate: date, signableHeaders: signed },
  );
  return signatureIn(expected.headers.authorization) === signatureIn(given);
}

const signatureIn = (authorization: string | undefined): string | undefined =>
  /Signature=([0-9a-f]{64})/.exec(authorization ?? '')?.[1];

/** `20260101T120000Z`. */
function dateOf(text: string): Date | undefined {
  const date = new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function queryOf(query: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((key) => {
      const values = query.getAll(key);
      return [key, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

interface Result {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

async function invoke(
  { id, region, principal }: HttpApiPlan,
  route: Route,
  operator: Operator | TemporarySession | undefined,
  request: ApiRequest,
  lambda: Pick<LambdaApi, 'url'>,
): Promise<ApiAnswer> {
  const invoked = await fetch(`${lambda.url}/2015-03-31/functions/${route.functionName}/invocations`, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${principal.accessKeyId}/20260101/${region}/lambda/aws4_request, SignedHeaders=host, Signature=rig`,
    },
    body: JSON.stringify(eventOf(id, region, route, operator, request)),
  });
  if (invoked.status !== 200 || invoked.headers.has('x-amz-function-error'))
    return { ...FORBIDDEN, status: 500, body: JSON.stringify({ message: 'Internal Server Error' }) };
  const { statusCode, headers = {}, body = '', isBase64Encoded = false } = (await invoked.json()) as Result;
  return { status: statusCode, headers, body: isBase64Encoded ? Buffer.from(body, 'base64') : body };
}

/** Payload format 2.0, with the path decoded as API Gateway has it there. */
function eventOf(
  id: string,
  region: string,
  { method: routeMethod, path: routePath }: Route,
  operator: Operator | TemporarySession | undefined,
  { method, path, target, headers, body, from }: ApiRequest,
): object {
  const routeKey = `${routeMethod} ${routePath}`;
  const kept = Object.entries(headers).filter(([name]) => name !== 'connection');
  return {
    version: '2.0',
    routeKey,
    rawPath: decodeURIComponent(path),
    rawQueryString: target.split('?')[1] ?? '',
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    requestContext: {
      accountId: ACCOUNT,
      apiId: id,
      ...(operator && {
        authorizer: {
          iam: {
            accessKey: operator.accessKeyId,
            accountId: ACCOUNT,
            callerId: 'rig',
            cognitoIdentity: 'cognitoIdentity' in operator ? operator.cognitoIdentity : null,
            userArn: operator.arn,
          },
        },
      }),
      domainName: `${id}.execute-api.${region}.amazonaws.com`,
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: from,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: 'rig',
      routeKey,
      stage: '$default',
      timeEpoch: Date.now(),
    },
    ...(body.length > 0 && { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
  };
}
