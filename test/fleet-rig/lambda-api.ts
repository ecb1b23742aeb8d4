/**
 * Lambda's Invoke API (POST /2015-03-31/functions/NAME/invocations) over HTTP. Each function runs its bundle in
 * processes of its own, which stay warm from call to call; two calls at once are two processes.
 */
import { randomUUID } from 'node:crypto';
import { type ApiAnswer, type ApiRequest, jsonError, type LoopbackServer, serve } from './loopback-server.ts';
import {
  type FunctionCode,
  type FunctionError,
  type Outcome,
  type Sandbox,
  startSandbox,
} from './sandbox.ts';

/** Bytes of a synchronous request and answer (AWS Lambda quotas; the answer's number is the one in its own message). */
export const MAX_REQUEST = 6_291_456;
export const MAX_ANSWER = 6_291_556;

export interface DeployedFunction {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly code: FunctionCode;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Reserved concurrency; more parallel calls are throttled. */
  readonly concurrency?: number;
  /** Leads the command of its processes, such as `ip netns exec NAME`. */
  readonly prefix?: readonly string[];
}

export interface Call {
  readonly function: DeployedFunction;
  readonly payload: string;
  /** The outcome of the function; absent while it runs, and where it was not reached. */
  readonly outcome?: Outcome;
  readonly ms?: number;
}

/** What a test does to calls. The payload shows which run calls, so that parallel runs have separate faults. */
export interface LambdaFaults {
  /** Answers instead of Lambda; `undefined`: let through. */
  intercept(called: DeployedFunction, payload: string): ApiAnswer | undefined;
  /** Runs this instead of what is deployed. */
  code(called: DeployedFunction, payload: string): FunctionCode | undefined;
  timeoutMs(called: DeployedFunction, payload: string): number | undefined;
}

export interface LambdaApi extends LoopbackServer {
  /** All calls so far, oldest first. */
  readonly calls: readonly Call[];
  /** Lines that functions wrote to their logs. */
  readonly logs: readonly { readonly name: string; readonly region: string; readonly line: string }[];
  faults: LambdaFaults;
  /**
   * How many calls of a region may run at a time, all functions without reserved concurrency together: 1,000 by default,
   * and 10 in a new account (AWS Lambda quotas). A test may set it.
   */
  accountConcurrency: number;
  /** Resolves when a call has ended. */
  freed(): Promise<void>;
  /** Kills the processes that run such a call now; says how many. */
  killBusy(which: (called: DeployedFunction, payload: string) => boolean): number;
}

export interface LambdaOptions {
  /** The environment of a function's processes. */
  readonly environment: (called: DeployedFunction) => Readonly<Record<string, string>>;
  readonly functions: readonly DeployedFunction[];
  /** Why the caller may not invoke the function, or `undefined`. */
  readonly authorise: (request: ApiRequest, called: DeployedFunction) => string | undefined;
}

interface Warm {
  readonly sandbox: Sandbox;
  /** The call that it runs now. */
  call: { readonly function: DeployedFunction; readonly payload: string } | undefined;
}

export async function startLambdaApi({
  functions,
  environment,
  authorise,
}: LambdaOptions): Promise<LambdaApi> {
  const warm = new Map<string, Warm[]>();
  /** Calls that run, by function with concurrency of its own, and by region for all others. */
  const running = new Map<DeployedFunction | string, number>();
  const waiting = new Set<() => void>();
  const calls: { function: DeployedFunction; payload: string; outcome?: Outcome; ms?: number }[] = [];
  const logs: { name: string; region: string; line: string }[] = [];
  const poolKey = (called: DeployedFunction, code: FunctionCode): string =>
    `${called.region} ${called.name} ${code.file} ${code.handler}`;

  async function invoke(called: DeployedFunction, payload: string): Promise<Outcome> {
    const code = api.faults.code(called, payload) ?? called.code;
    const pool = warm.get(poolKey(called, code)) ?? [];
    warm.set(poolKey(called, code), pool);
    const id = randomUUID();
    let place = pool.find((one) => one.call === undefined && one.sandbox.alive);
    const call = { function: called, payload };
    if (place !== undefined) place.call = call;
    else {
      const sandbox = await startSandbox({
        ...code,
        environment: environment(called),
        memoryMb: called.memoryMb,
        ...(called.prefix !== undefined && { prefix: called.prefix }),
        onLine: (line) => logs.push({ name: called.name, region: called.region, line }),
      });
      if ('errorType' in sandbox) return { ok: false, error: sandbox };
      place = { sandbox, call };
      pool.push(place);
    }
    try {
      return bounded(
        await place.sandbox.invoke({
          id,
          payload,
          timeoutMs: api.faults.timeoutMs(called, payload) ?? called.timeoutMs,
          context: {
            awsRequestId: id,
            functionName: called.name,
            functionVersion: '$LATEST',
            invokedFunctionArn: called.arn,
            memoryLimitInMB: String(called.memoryMb),
            logGroupName: `/aws/lambda/${called.name}`,
            logStreamName: id,
          },
        }),
      );
    } finally {
      place.call = undefined;
    }
  }

  async function answer(request: ApiRequest): Promise<ApiAnswer> {
    const wanted = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.path)?.[1];
    if (request.method !== 'POST' || wanted === undefined)
      return jsonError(404, 'UnknownOperationException', `${request.method} ${request.path}`);
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type !== 'RequestResponse')
      return jsonError(400, 'InvalidParameterValueException', `the rig knows no invocation type ${type}`);
    const called = findFunction(functions, decodeURIComponent(wanted), request.caller?.region);
    if (called === undefined)
      return jsonError(404, 'ResourceNotFoundException', `Function not found: ${decodeURIComponent(wanted)}`);
    const denied = authorise(request, called);
    if (denied !== undefined) return jsonError(403, 'AccessDeniedException', denied);
    if (request.body.length > MAX_REQUEST)
      return jsonError(
        413,
        'RequestEntityTooLargeException',
        `Request must be smaller than ${MAX_REQUEST} bytes for the InvokeFunction operation`,
      );
    const payload = request.body.length === 0 ? '{}' : request.body.toString();
    const intercepted = api.faults.intercept(called, payload);
    const call: (typeof calls)[number] = { function: called, payload };
    calls.push(call);
    if (intercepted !== undefined) return intercepted;
    const shared = called.concurrency === undefined;
    const pool = shared ? called.region : called;
    const busy = running.get(pool) ?? 0;
    if (busy >= (called.concurrency ?? api.accountConcurrency))
      return throttled(shared ? OF_ACCOUNT : OF_FUNCTION);
    running.set(pool, busy + 1);
    const start = performance.now();
    const outcome = await invoke(called, payload).finally(() => {
      running.set(pool, (running.get(pool) ?? 1) - 1);
      for (const go of waiting) go();
      waiting.clear();
    });
    call.outcome = outcome;
    call.ms = performance.now() - start;
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        'x-amz-executed-version': '$LATEST',
        ...(!outcome.ok && { 'x-amz-function-error': 'Unhandled' }),
      },
      body: outcome.ok ? outcome.payload : JSON.stringify(outcome.error),
    };
  }

  const server = await serve(answer);
  const api: LambdaApi = {
    url: server.url,
    calls,
    logs,
    faults: { intercept: () => undefined, code: () => undefined, timeoutMs: () => undefined },
    accountConcurrency: 1_000,
    freed: () => new Promise((resolve) => waiting.add(resolve)),
    killBusy(which) {
      const busy = [...warm.values()]
        .flat()
        .filter(
          ({ call, sandbox }) => call !== undefined && sandbox.alive && which(call.function, call.payload),
        );
      for (const { sandbox } of busy) sandbox.kill();
      return busy.length;
    },
    async close() {
      for (const pool of warm.values()) for (const { sandbox } of pool) sandbox.kill();
      await server.close();
    },
  };
  return api;
}

/** By name, ARN, or partial ARN (`ACCOUNT:function:NAME`); a plain name belongs to the region that is asked. */
function findFunction(
  functions: readonly DeployedFunction[],
  wanted: string,
  region: string | undefined,
): DeployedFunction | undefined {
  return functions.find(
    (one) =>
      one.region === region && (one.name === wanted || one.arn === wanted || one.arn.endsWith(`:${wanted}`)),
  );
}

const OF_ACCOUNT = 'ConcurrentInvocationLimitExceeded';
const OF_FUNCTION = 'ReservedFunctionConcurrentInvocationLimitExceeded';

/** As Lambda words it, with the reason that the SDK shows (API reference, TooManyRequestsException). */
export const throttled = (reason: typeof OF_ACCOUNT | typeof OF_FUNCTION = OF_FUNCTION): ApiAnswer => ({
  status: 429,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'TooManyRequestsException' },
  body: JSON.stringify({ Reason: reason, Type: 'User', message: 'Rate Exceeded.' }),
});

/**
 * An asynchronous invocation: when the account has no room, Lambda keeps the event and tries again for up to six hours
 * (developer guide, "How Lambda handles errors and retries with asynchronous invocation"); here as soon as a call ends.
 */
export async function invokeLater(
  lambda: Pick<LambdaApi, 'url' | 'freed'>,
  functionName: string,
  call: { readonly region: string; readonly accessKeyId: string; readonly payload: string },
): Promise<Response> {
  for (;;) {
    const freed = lambda.freed();
    const answer = await fetch(
      `${lambda.url}/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`,
      {
        method: 'POST',
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${call.accessKeyId}/20260101/${call.region}/lambda/aws4_request, SignedHeaders=host, Signature=rig`,
        },
        body: call.payload,
      },
    );
    if (answer.status !== 429) return answer;
    const { Reason } = (await answer.clone().json()) as { readonly Reason?: string };
    if (Reason !== OF_ACCOUNT) return answer;
    await freed;
  }
}

function bounded(outcome: Outcome): Outcome {
  if (!outcome.ok || Buffer.byteLength(outcome.payload) <= MAX_ANSWER) return outcome;
  const error: FunctionError = {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_ANSWER} bytes).`,
  };
  return { ok: false, error };
}
