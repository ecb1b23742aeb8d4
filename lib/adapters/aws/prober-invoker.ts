import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { Invoked, InvokeProber } from '../../ports/prober-invoker.ts';
import { clientSettings } from './client-settings.ts';

/** What Lambda puts in place of an answer when a function failed. A timeout has no type in older runtimes. */
const FunctionError = z.object({
  errorType: z.string().default('Unhandled'),
  errorMessage: z.string().default(''),
});

/**
 * Invokes probers over the Lambda API of their own regions. One client a region, kept while the function stays warm;
 * the SDK's adaptive mode slows down for a region that throttles.
 */
export function createLambdaInvoker(): InvokeProber {
  const clients = new Map<string, LambdaClient>();
  const clientIn = (region: string): LambdaClient => {
    const client = clients.get(region) ?? createClient(region);
    clients.set(region, client);
    return client;
  };
  return async ({ region, functionName }, payload, { timeoutMs }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const command = new InvokeCommand({ FunctionName: functionName, Payload: payload });
      const { FunctionError: failed, Payload } = await clientIn(region).send(command, {
        abortSignal: signal,
      });
      const text = Payload?.transformToString('utf-8') ?? '';
      return failed === undefined ? { status: 'answered', text } : functionError(text);
    } catch (error) {
      return signal.aborted
        ? { status: 'timeout', message: `gave up after ${timeoutMs} ms` }
        : outcomeOf(error);
    }
  };
}

/** No request timeout: a prober takes as long as its batch, and the dispatcher's signal bounds that. */
function createClient(region: string): LambdaClient {
  const { connectionTimeout } = clientSettings.requestHandler;
  return new LambdaClient({
    ...clientSettings,
    region,
    retryMode: 'adaptive',
    requestHandler: { connectionTimeout },
  });
}

function functionError(text: string): Invoked {
  const { errorType, errorMessage } = FunctionError.catch({
    errorType: 'Unhandled',
    errorMessage: text,
  }).parse(jsonOf(text));
  const timedOut = /Task timed out after [0-9.]+ seconds/.test(errorMessage);
  return {
    status: 'function-error',
    errorType: timedOut ? 'Sandbox.Timedout' : errorType,
    message: errorMessage,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The API's own status tells whose fault it is and whether another try may help; without one it was not reached. */
function outcomeOf(error: unknown): Invoked {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const words = `${name}: ${message}`;
  const status = statusOf(error);
  if (status === 429) return { status: 'throttled', message: words };
  return status !== undefined && status >= 400 && status < 500
    ? { status: 'missing', message: words }
    : { status: 'unreachable', message: words };
}

function statusOf(error: unknown): number | undefined {
  const Failed = z.object({ $metadata: z.object({ httpStatusCode: z.number().optional() }) });
  const failed = Failed.safeParse(error);
  return failed.success ? failed.data.$metadata.httpStatusCode : undefined;
}
