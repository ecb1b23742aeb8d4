import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { FleetVantage } from '../model/fleet-vantage.ts';
import { parseJson } from '../model/parse-json.ts';
import type { Invoked, InvokeProber } from '../service/ports/prober-invoker.ts';
import type { AssumeRole } from './assumed-role.ts';
import { clientSettings } from './client-settings.ts';

/** What Lambda returns in place of an answer when a function failed. A timeout has no type in older runtimes. */
const FunctionError = z.object({
  errorType: z.string().default('Unhandled'),
  errorMessage: z.string().default(''),
});

type Place = Pick<FleetVantage, 'region' | 'invokeAs'>;

/**
 * Invokes probers over the Lambda API of their own regions. One client per region and assumed role, kept while this
 * function's process exists, and so are the role's credentials until shortly before they expire; the SDK's adaptive mode
 * slows down for a region that throttles.
 *
 * @param assume gives the credentials of a role in another account; absent: no vantage there is called
 */
export function createLambdaInvoker(assume?: AssumeRole): InvokeProber {
  const clients = new Map<string, LambdaClient>();
  const clientFor = (place: Place): LambdaClient => {
    const key = `${place.region} ${place.invokeAs?.role ?? ''}`;
    const client = clients.get(key) ?? createClient(place, assume);
    clients.set(key, client);
    return client;
  };
  return async ({ functionName, ...place }, payload, { timeoutMs }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const command = new InvokeCommand({ FunctionName: functionName, Payload: payload });
      const { FunctionError: failed, Payload } = await clientFor(place).send(command, {
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
function createClient({ region, invokeAs }: Place, assume: AssumeRole | undefined): LambdaClient {
  if (invokeAs !== undefined && assume === undefined)
    throw new Error(`${invokeAs.role} can't be assumed here`);
  const { connectionTimeout } = clientSettings.requestHandler;
  return new LambdaClient({
    ...clientSettings,
    region,
    ...(invokeAs !== undefined && assume !== undefined && { credentials: assume(invokeAs) }),
    retryMode: 'adaptive',
    requestHandler: { connectionTimeout },
  });
}

function functionError(text: string): Invoked {
  const { errorType, errorMessage } = FunctionError.catch({
    errorType: 'Unhandled',
    errorMessage: text,
  }).parse(parseJson(text));
  const timedOut = /Task timed out after [0-9.]+ seconds/.test(errorMessage);
  return {
    status: 'function-error',
    errorType: timedOut ? 'Sandbox.Timedout' : errorType,
    message: errorMessage,
  };
}

/** The API's own status says whose fault it is and whether another try may help; without one it was not reached. */
function outcomeOf(error: unknown): Invoked {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const words = `${name}: ${message}`;
  const status = statusOf(error);
  if (isStarting(name, message)) return { status: 'starting', message: words };
  if (status === 429) return { status: 'throttled', message: words };
  return status !== undefined && status >= 400 && status < 500
    ? { status: 'missing', message: words }
    : { status: 'unreachable', message: words };
}

/**
 * Lambda removes the network interfaces of a function in a VPC when it is idle for long, and makes them again at the
 * next call, which fails (Lambda API reference, Invoke: ResourceNotReadyException, ENINotReadyException, 502). Until they
 * exist, and while a function is being created, it is `Pending` (ResourceConflictException, 409).
 */
const isStarting = (name: string, message: string): boolean =>
  name === 'ResourceNotReadyException' ||
  name === 'ENINotReadyException' ||
  (name === 'ResourceConflictException' && /\bPending\b/.test(message));

function statusOf(error: unknown): number | undefined {
  const Failed = z.object({ $metadata: z.object({ httpStatusCode: z.number().optional() }) });
  const failed = Failed.safeParse(error);
  return failed.success ? failed.data.$metadata.httpStatusCode : undefined;
}
