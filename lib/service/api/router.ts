import { quote } from '../../input/request/quote.ts';
import { printable } from '../../net/printable.ts';
import { problem } from '../contracts/problem.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { isFailure } from '../runs/failure.ts';
import { principalOf } from '../runs/principal.ts';
import { problemAnswer, resultAnswer } from './answer.ts';
import { type ConsolePools, callerArn } from './console-person.ts';
import { type Answer, refused } from './handler.ts';
import { type ApiAnswer, HttpEvent } from './http-event.ts';
import { readParts, readPath } from './read-request.ts';
import { findRoute, type Route } from './route.ts';
import { SOURCE_ROUTE } from './source-path.ts';

export interface RouterOptions {
  readonly routes: readonly Route[];
  readonly telemetry: Telemetry;
  /** Answers `SOURCE_ROUTE`, whose caller nobody knows. Absent: nothing is there. */
  readonly source?: (event: HttpEvent) => Promise<ApiAnswer>;
  /** Absent: nobody comes by the console's sign-in. */
  readonly console?: ConsolePools;
}

/** Characters of an ARN that is kept. */
const MAX_ARN = 200;

/**
 * Answers a request of API Gateway (payload format 2.0) by the contract that its method and path name. Every failure is
 * a problem (RFC 9457); details of a bug are only in the log. Rejects for an event that is not a request.
 */
export function createRouter({ routes, telemetry, source, console: pools }: RouterOptions) {
  return async (input: unknown, { awsRequestId }: Invocation): Promise<ApiAnswer> => {
    const event = HttpEvent.parse(input);
    if (source !== undefined && event.routeKey === SOURCE_ROUTE) return source(event);
    const { method } = event.requestContext.http;
    const path = readPath(event.rawPath);
    if (!path.ok) return problemAnswer(path.problem);
    const found = findRoute(routes, method, path.value);
    if (!('route' in found)) return nothingThere(method, event.rawPath, found.allowed);
    const { contract } = found.route;
    // The path comes decoded, so a "%2F" in it could be read as another operation than the one that IAM allowed.
    if (event.routeKey !== undefined && event.routeKey !== `${contract.method} ${contract.path}`)
      return nothingThere(method, event.rawPath, []);
    const iam = event.requestContext.authorizer?.iam;
    const arn = iam && callerArn(iam, pools);
    const log = telemetry.with({
      requestId: awsRequestId,
      operation: contract.id,
      caller: arn === undefined ? undefined : printable(arn, MAX_ARN),
    });
    const answer = await answerOf(found.route, found.params, event, arn).catch((error: unknown) => {
      log.error('request failed', errorFields(error));
      log.metric('ApiFaults', 1, 'Count');
      return isFailure(error, 'StoreFailed')
        ? refused('unavailable', 'a service that the API needs does not answer: try again in a moment')
        : refused('internal', `this is our fault; the log has it under the request id ${awsRequestId}`);
    });
    const sent = answer.ok
      ? resultAnswer(contract, answer, event.headers['accept-encoding'])
      : problemAnswer(answer.problem);
    log.info('request answered', {
      status: sent.statusCode,
      ...(!answer.ok && { problem: answer.problem.type }),
    });
    return sent;
  };
}

async function answerOf(
  route: Route,
  params: Readonly<Record<string, string>>,
  event: HttpEvent,
  arn: string | undefined,
): Promise<Answer<unknown>> {
  if (arn === undefined) return refused('forbidden', 'the request is not signed by anyone that IAM knows');
  const parts = readParts(route.contract, params, event);
  if (!parts.ok) return parts;
  const caller = { arn: printable(arn, MAX_ARN), principal: printable(principalOf(arn), MAX_ARN) };
  return route.handle({ ...parts.value, caller });
}

function nothingThere(method: string, path: string, allowed: readonly string[]): ApiAnswer {
  if (allowed.length === 0)
    return problemAnswer(
      problem('not-found', `the API has no ${quote(path)}; docs/openapi.json lists what it has`),
    );
  const allow = allowed.join(', ');
  return problemAnswer(problem('method-not-allowed', `${quote(path)} takes ${allow}, not ${quote(method)}`), {
    allow,
  });
}

const errorFields = (error: unknown) => ({
  error: error instanceof Error ? error.name : typeof error,
  reason: printable(error instanceof Error ? (error.stack ?? error.message) : String(error), 2_000),
});
