/** Carries out Task states as Step Functions does: with the real SDK clients, under the state machine's role. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type ExecutionContext, stateError } from './interpreter.ts';
import type { State } from './states-language.ts';
import type { TaskTokens } from './task-tokens.ts';

export interface IntegrationOptions {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly lambdaUrl: string;
  readonly eventsUrl: string;
  readonly tokens: TaskTokens;
}

export interface Integrations {
  carryOut(name: string, state: State, input: unknown, context: ExecutionContext): Promise<unknown>;
  stop(): void;
}

export function createIntegrations({
  region,
  credentials,
  lambdaUrl,
  eventsUrl,
  tokens,
}: IntegrationOptions): Integrations {
  // Step Functions does not try again by itself: that is what Retry is for.
  const common = { region, credentials, maxAttempts: 1 };
  const lambda = new LambdaClient({ ...common, endpoint: lambdaUrl });
  const events = new EventBridgeClient({ ...common, endpoint: eventsUrl });
  return {
    carryOut(name, state, input, context) {
      const { Resource = '' } = state;
      if (/^arn:aws:lambda:/.test(Resource)) return invoke(lambda, Resource, input);
      if (/^arn:aws:states:::lambda:invoke$/.test(Resource)) return invokeWrapped(lambda, input);
      if (/^arn:aws:states:::lambda:invoke\.waitForTaskToken$/.test(Resource)) {
        const { StateMachine, Execution } = context;
        const task = { name, state, machineArn: StateMachine.Id, executionArn: Execution.Id };
        return tokens.wait({ ...task, parameters: input }, (given) => invokeWrapped(lambda, given));
      }
      if (/^arn:aws:states:::events:putEvents$/.test(Resource)) return putEvents(events, input, context);
      throw new Error(`the rig does not know the integration of ${name}: ${Resource}`);
    },
    stop() {
      lambda.destroy();
      events.destroy();
    },
  };
}

/** The function's answer, or an error by the name that Step Functions gives it. */
async function invoke(client: LambdaClient, functionName: string, payload: unknown): Promise<unknown> {
  let answer: { FunctionError?: string | undefined; Payload?: { transformToString(): string } | undefined };
  try {
    answer = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(payload) }),
    );
  } catch (error) {
    throw serviceError('Lambda', error);
  }
  const text = answer.Payload?.transformToString() ?? 'null';
  if (answer.FunctionError === undefined) return JSON.parse(text);
  const { errorType = 'Lambda.Unknown' } = JSON.parse(text) as { errorType?: string };
  throw stateError(errorType, text);
}

async function invokeWrapped(client: LambdaClient, parameters: unknown): Promise<unknown> {
  const { FunctionName, Payload } = parameters as { FunctionName: string; Payload?: unknown };
  const payload = await invoke(client, FunctionName, Payload ?? {});
  return { ExecutedVersion: '$LATEST', StatusCode: 200, Payload: payload };
}

interface Entry {
  readonly Detail?: unknown;
  readonly DetailType?: string;
  readonly Source?: string;
  readonly EventBusName?: string;
  readonly Resources?: readonly string[];
}

/** The optimised integration: `Detail` may be an object, and the ARNs of execution and machine go to `Resources`. */
async function putEvents(
  client: EventBridgeClient,
  parameters: unknown,
  { Execution, StateMachine }: ExecutionContext,
): Promise<unknown> {
  const { Entries } = parameters as { readonly Entries: readonly Entry[] };
  const entries = Entries.map(({ Detail, Resources = [], ...entry }) => ({
    ...entry,
    Detail: typeof Detail === 'string' ? Detail : JSON.stringify(Detail),
    Resources: [...Resources, Execution.Id, StateMachine.Id],
  }));
  const answer = await client.send(new PutEventsCommand({ Entries: entries })).catch((error: unknown) => {
    throw serviceError('EventBridge', error);
  });
  const result = { FailedEntryCount: answer.FailedEntryCount ?? 0, Entries: answer.Entries ?? [] };
  if (result.FailedEntryCount > 0) throw stateError('EventBridge.FailedEntry', JSON.stringify(result));
  return result;
}

/** `Lambda.TooManyRequestsException`; the service's name and the exception's. */
function serviceError(service: string, error: unknown): Error {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return stateError(`${service}.${name}`, message);
}
