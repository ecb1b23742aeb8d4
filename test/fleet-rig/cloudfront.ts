/**
 * CloudFront before a function URL, as the template's distribution has it: which methods pass, which headers the origin
 * sees, and that the function's own policy allows only this distribution.
 */
import { createHash } from 'node:crypto';
import { createContext, runInContext } from 'node:vm';
import { ACCOUNT } from './account.ts';
import type { Stack } from './cloudformation.ts';
import type { Principal } from './deployment.ts';
import type { LambdaApi } from './lambda-api.ts';
import { type ApiAnswer, type ApiRequest, type LoopbackServer, serve } from './loopback-server.ts';

export interface DistributionPlan {
  /** Its signed requests, with what policies of functions allow this distribution. */
  readonly principal: Principal;
  readonly functionName: string;
  readonly region: string;
  readonly methods: readonly string[];
  /** Behaviours of their own, in their order. */
  readonly behaviours: readonly PlannedBehaviour[];
}

interface PlannedBehaviour {
  /** CloudFront developer guide, "Path pattern": `*` is any number of characters. */
  readonly pattern: RegExp;
  readonly methods: readonly string[];
  /** Runs for each viewer request: answers, or changes the request. */
  readonly edge: EdgeFunction;
}

/** Managed policies (CloudFront developer guide, "Use managed cache policies", "… origin request policies"). */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

interface Behaviour {
  readonly PathPattern?: string;
  readonly FunctionAssociations?: readonly { readonly EventType: string; readonly FunctionARN: string }[];
  readonly AllowedMethods: readonly string[];
  readonly CachePolicyId: string;
  readonly OriginRequestPolicyId: string;
  readonly ViewerProtocolPolicy: string;
}
interface Permission {
  readonly Action: string;
  readonly FunctionName: string;
  readonly Principal: string;
  readonly SourceArn?: string;
  readonly InvokedViaFunctionUrl?: boolean;
}

/**
 * The one distribution of a stack; `undefined` for one that was deployed without links, as into an account that AWS has
 * not verified. Throws for a shape that the rig does not know.
 */
export function distributionOf(stack: Stack): DistributionPlan | undefined {
  // That of a console has a bucket behind it (console-home.ts).
  const [distribution, ...more] = stack
    .ofType('AWS::CloudFront::Distribution')
    .filter(({ properties }) => JSON.stringify(properties).includes('"CustomOriginConfig"'));
  const [url, ...otherUrls] = stack.ofType('AWS::Lambda::Url');
  if (distribution === undefined && url === undefined) return undefined;
  const [control] = stack
    .ofType('AWS::CloudFront::OriginAccessControl')
    .filter(({ properties }) => JSON.stringify(properties).includes('"lambda"'));
  if (distribution === undefined || more.length > 0 || url === undefined || otherUrls.length > 0)
    throw new Error('the rig runs one distribution with one function URL');
  const { OriginAccessControlConfig: access } = control?.properties ?? {};
  expectEqual('origin access control', access, {
    OriginAccessControlOriginType: 'lambda',
    SigningBehavior: 'always',
    SigningProtocol: 'sigv4',
  });
  expectEqual('function URL', url.properties, { AuthType: 'AWS_IAM' });
  const { DefaultCacheBehavior: behaviour, CacheBehaviors: others = [] } = distribution.properties
    .DistributionConfig as {
    DefaultCacheBehavior: Behaviour;
    CacheBehaviors?: readonly Behaviour[];
  };
  expectEqual('behaviour', behaviour, {
    CachePolicyId: CACHING_DISABLED,
    OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST_HEADER,
    ViewerProtocolPolicy: 'https-only',
  });
  const functionArn = String(url.properties.TargetFunctionArn);
  const source = `arn:aws:cloudfront::${ACCOUNT}:distribution/${stack.physicalName(distribution.logicalId)}`;
  const permissions = stack
    .ofType('AWS::Lambda::Permission')
    .map(({ properties }) => properties as unknown as Permission)
    .filter(({ Principal: who, SourceArn }) => who === 'cloudfront.amazonaws.com' && SourceArn === source);
  // Since October 2025 a function URL asks for both rights (Lambda developer guide, "Control access to function URLs").
  const actions = permissions.map(({ Action }) => Action);
  const isWhole =
    actions.includes('lambda:InvokeFunctionUrl') &&
    permissions.some((one) => one.Action === 'lambda:InvokeFunction' && one.InvokedViaFunctionUrl === true);
  return {
    principal: {
      accessKeyId: 'RIGCLOUDFRONT',
      role: 'cloudfront.amazonaws.com',
      rights: isWhole
        ? [
            {
              effect: 'Allow',
              actions: ['lambda:InvokeFunction'],
              resources: [functionArn],
              conditions: undefined,
            },
          ]
        : [],
    },
    functionName: functionArn.split(':').at(-1) ?? '',
    region: stack.region,
    methods: behaviour.AllowedMethods,
    behaviours: others.map((one) => ({
      pattern: patternOf(one.PathPattern ?? ''),
      methods: one.AllowedMethods,
      edge: edgeFunctionOf(stack, one),
    })),
  };
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);

/** Bytes of a function's code (CloudFront developer guide, "Quotas on CloudFront Functions"). */
const MAX_FUNCTION = 10_240;

export type EdgeFunction = (event: object) => EdgeResponse | EdgeRequest;
interface EdgeRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
}
interface EdgeResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, { readonly value: string }>>;
  readonly body?: { readonly encoding: 'text' | 'base64'; readonly data: string };
}

/** The function that a behaviour runs for each viewer request, as the template has its code. */
function edgeFunctionOf(stack: Stack, behaviour: Behaviour): EdgeFunction {
  expectEqual('behaviour', behaviour, {
    CachePolicyId: CACHING_DISABLED,
    ViewerProtocolPolicy: 'https-only',
  });
  const [association, ...more] = behaviour.FunctionAssociations ?? [];
  const made = stack
    .ofType('AWS::CloudFront::Function')
    .find(({ logicalId }) => association?.FunctionARN === `${stack.physicalName(logicalId)}.FunctionARN`);
  if (association?.EventType !== 'viewer-request' || more.length > 0 || made === undefined)
    throw new Error(`the rig knows no behaviour of ${String(behaviour.PathPattern)} without its function`);
  const { FunctionCode: code, FunctionConfig: config, AutoPublish } = made.properties;
  expectEqual('function', config, { Runtime: 'cloudfront-js-2.0' });
  if (AutoPublish !== true || typeof code !== 'string' || Buffer.byteLength(code) > MAX_FUNCTION)
    throw new Error('CloudFront would not run the function');
  // "Restricted features": no dynamic evaluation of code, no network, no file system, no timers, no globals of Node.
  const sandbox = createContext({}, { codeGeneration: { strings: false, wasm: false } });
  runInContext(code, sandbox);
  return (event) =>
    JSON.parse(
      String(runInContext(`JSON.stringify(handler(${JSON.stringify(event)}))`, sandbox, { timeout: 1_000 })),
    ) as EdgeResponse | EdgeRequest;
}

function expectEqual(what: string, given: unknown, wanted: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(wanted)) {
    const found = (given as Readonly<Record<string, unknown>> | undefined)?.[key];
    if (found !== value) throw new Error(`the rig knows no ${what} with ${key} ${String(found)}`);
  }
}

/** "Lambda doesn't support unsigned payloads": CloudFront signs by the hash that the request names, and Lambda looks. */
const SIGNATURE_MISMATCH =
  '{"message":"The request signature we calculated does not match the signature you provided."}';
const sha256 = (body: string | Buffer): string => createHash('sha256').update(body).digest('hex');

interface Result {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export const startCloudFront = (
  { principal, functionName, region, methods, behaviours }: DistributionPlan,
  lambda: Pick<LambdaApi, 'url'>,
): Promise<LoopbackServer> =>
  serve(async (request): Promise<ApiAnswer> => {
    // CloudFront developer guide, "HTTP 403 status code": a method that the behaviour does not allow.
    const behaviour = behaviours.find(({ pattern }) => pattern.test(request.path));
    if (!(behaviour?.methods ?? methods).includes(request.method))
      return { status: 403, body: 'ERROR: Bad request. We can’t connect.' };
    const edge = behaviour?.edge(viewerRequest(request));
    if (edge !== undefined && 'statusCode' in edge) return edgeAnswer(edge);
    const hash = edge?.headers['x-amz-content-sha256']?.value ?? request.headers['x-amz-content-sha256'];
    if (!['GET', 'HEAD'].includes(request.method) && hash !== sha256(request.body))
      return { status: 403, body: SIGNATURE_MISMATCH };
    const invoked = await fetch(`${lambda.url}/2015-03-31/functions/${functionName}/invocations`, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${principal.accessKeyId}/20260101/${region}/lambda/aws4_request, SignedHeaders=host, Signature=rig`,
      },
      body: JSON.stringify(eventOf(changedBy(edge, request), functionName, region)),
    });
    // A function URL that is throttled answers 429, which CloudFront passes on (Lambda developer guide, "Function URLs").
    if (invoked.status === 429) return { status: 429, body: '' };
    if (invoked.status !== 200 || invoked.headers.has('x-amz-function-error'))
      return { status: 502, body: await invoked.text() };
    const { statusCode, headers = {}, body = '', isBase64Encoded = false } = (await invoked.json()) as Result;
    return { status: statusCode, headers, body: isBase64Encoded ? Buffer.from(body, 'base64') : body };
  });

/** CloudFront developer guide, "CloudFront Functions event structure". */
const viewerRequest = ({ method, path, headers, from }: ApiRequest): object => ({
  version: '1.0',
  context: { eventType: 'viewer-request', requestId: 'rig' },
  viewer: { ip: from },
  request: {
    method,
    uri: path,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, { value: String(value) }]),
    ),
    querystring: {},
    cookies: {},
  },
});

/** What the edge function made of the headers goes on to the origin. */
const changedBy = (edge: EdgeRequest | undefined, request: ApiRequest): ApiRequest =>
  edge === undefined
    ? request
    : {
        ...request,
        headers: Object.fromEntries(Object.entries(edge.headers).map(([name, { value }]) => [name, value])),
      };

const edgeAnswer = ({ statusCode, headers = {}, body }: EdgeResponse): ApiAnswer => ({
  status: statusCode,
  headers: Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value])),
  body: Buffer.from(body?.data ?? '', body?.encoding === 'base64' ? 'base64' : 'utf8'),
});

/** Payload format 2.0. */
function eventOf(
  { method, path, target, headers }: ApiRequest,
  functionName: string,
  region: string,
): object {
  const domain = `${functionName}.lambda-url.${region}.on.aws`;
  const kept = Object.entries(headers).filter(([name]) => !['host', 'connection'].includes(name));
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: target.split('?')[1] ?? '',
    headers: { ...Object.fromEntries(kept.map(([name, value]) => [name, String(value)])), host: domain },
    requestContext: {
      accountId: 'anonymous',
      apiId: functionName,
      domainName: domain,
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: 'rig',
      routeKey: '$default',
      stage: '$default',
    },
    isBase64Encoded: false,
  };
}
