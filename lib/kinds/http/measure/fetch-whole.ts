/**
 * Fetches one file over plain HTTP from where a peer's certificate says it is: a revocation list, an OCSP response. Others choose such
 * a URL, so every address is judged by the guard, that of a redirect as well, and where ownership is asked for, the port is the web's own.
 */
import { offDeadline, onDeadline } from '../../../net/deadline.ts';
import { createExchange } from '../../../net/exchange.ts';
import { printable } from '../../../net/printable.ts';
import { connectWords, endWords } from '../../connection/outcome-words.ts';
import type { FetchBounds, FetchedWhole } from '../../contract/fetch-whole.ts';
import type { ProbeContext } from '../../contract/probe.ts';
import { type HttpAnswer, headerValue } from './answer.ts';
import { hostOf, isRedirect, portOf } from './redirect.ts';
import { askHttp1 } from './request.ts';
import { userAgent } from './user-agent.ts';

const MAX_REDIRECTS = 2;
const WEB_PORT = 80;

/** Never rejects. */
export async function fetchWhole(
  text: string,
  bounds: FetchBounds,
  context: ProbeContext,
): Promise<FetchedWhole> {
  const until = context.clock.monotonic() + bounds.timeoutMs;
  const left = (): number => until - context.clock.monotonic();
  let url: URL | undefined = URL.canParse(text) ? new URL(text) : undefined;
  for (let redirects = 0; url !== undefined; redirects += 1) {
    const refusal = refusalOf(url, context);
    if (refusal !== undefined) return { ok: false, why: refusal };
    const answer: HttpAnswer | NotFetched = await answerOf(url, bounds.maxBytes, left, context);
    if ('ok' in answer) return answer;
    const location = headerValue(answer.rawHeaders, 'location');
    if (location === undefined || !isRedirect(answer.statusCode ?? 0, location))
      return wholeOf(answer, bounds.maxBytes);
    answer.release?.();
    if (redirects === MAX_REDIRECTS) return { ok: false, why: 'one redirect leads to the next' };
    url = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
  }
  return { ok: false, why: 'its address is no URL' };
}

type NotFetched = Extract<FetchedWhole, { ok: false }>;

function refusalOf(url: URL, { webPortsElsewhere }: ProbeContext): string | undefined {
  if (url.protocol !== 'http:')
    return `it is at ${printable(url.protocol, 20)}, and such files are fetched over http: alone`;
  if (url.username !== '' || url.password !== '') return 'its URL carries a user name or password';
  if (webPortsElsewhere && portOf(url) !== WEB_PORT)
    return `it is at port ${portOf(url)} of a host that nobody has proven`;
  return undefined;
}

/** The answer of the first address that connects, one of each family. */
async function answerOf(
  url: URL,
  maxBytes: number,
  left: () => number,
  context: ProbeContext,
): Promise<HttpAnswer | NotFetched> {
  const { clock, deadline } = context;
  const name = printable(hostOf(url), 100);
  const found = await inTime(context.resolver.addresses(hostOf(url), portOf(url)), left(), deadline);
  if (found === undefined) return lateFailure(`the name ${name} was not looked up in time`, deadline);
  const addresses = ([4, 6] as const).flatMap((family) =>
    context.families?.includes(family) === false
      ? []
      : found.addresses.filter((one) => one.family === family).slice(0, 1),
  );
  let failed: NotFetched = { ok: false, why: `the name ${name} has no address that can be used` };
  for (const { address } of addresses) {
    if (left() <= 0) return lateFailure('there was no time left for it', deadline);
    const dialled = await context.dial(address, portOf(url), { timeoutMs: Math.min(left(), CONNECT_MS) });
    if (dialled.ok) {
      const ask = {
        url,
        userAgent: userAgent(context.contact),
        judge: 'Go',
        timeoutMs: Math.max(1, left()),
        deadline,
        clock,
        exchange: createExchange(clock),
        budget: context.buffers,
        wholeBody: maxBytes,
      } as const;
      return askHttp1(dialled.socket, ask).catch((): NotFetched => NO_MEMORY);
    }
    failed = { ok: false, why: `${name} (${address}): ${connectWords(dialled.result)}` };
    if (dialled.result.status === 'deadline') return { ...failed, ours: true };
  }
  return failed;
}

const CONNECT_MS = 3_000;
const NO_MEMORY: NotFetched = { ok: false, why: 'the run has no memory left for it', ours: true };

const lateFailure = (why: string, deadline: AbortSignal): NotFetched => ({
  ok: false,
  why,
  ...(deadline.aborted && { ours: true }),
});

function wholeOf(answer: HttpAnswer, maxBytes: number): FetchedWhole {
  const { outcome, statusCode, bodyEnd, rawHeaders, body, release = nothing } = answer;
  const coding = headerValue(rawHeaders, 'content-encoding');
  const failed = (why: string): NotFetched => {
    release();
    return { ok: false, why };
  };
  if (outcome.status === 'deadline') return { ...failed('the run ended first'), ours: true };
  if (outcome.status === 'no-response') return failed(endWords(outcome.end));
  if (outcome.status !== 'answered') return failed('the answer is no HTTP that can be read');
  if (statusCode !== 200) return failed(`the server answers with status ${statusCode ?? '?'}`);
  if (answer.outOfBudget) return { ...failed(NO_MEMORY.why), ours: true };
  if (bodyEnd === 'too-large') return failed(`it is larger than ${Math.floor(maxBytes / 1_048_576)} MB`);
  if (bodyEnd === 'deadline') return { ...failed('the run ended first'), ours: true };
  if (bodyEnd !== 'complete')
    return failed(
      `it came in part only (${bodyEnd === 'malformed' ? 'bad chunks' : endWords(bodyEnd ?? 'fin')})`,
    );
  if (coding !== undefined && coding.toLowerCase() !== 'identity')
    return failed('it came in a content coding that was not asked for');
  return { ok: true, bytes: body, release };
}

const nothing = (): void => {};

/** `undefined` when the time, or the run, is over first. */
function inTime<T>(promise: Promise<T>, ms: number, deadline: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve) => {
    const finish = (value: T | undefined): void => {
      clearTimeout(timer);
      offDeadline(deadline, end);
      resolve(value);
    };
    const end = (): void => finish(undefined);
    const timer = setTimeout(end, Math.max(0, ms));
    onDeadline(deadline, end);
    if (deadline.aborted) end();
    promise.then(finish, end);
  });
}
