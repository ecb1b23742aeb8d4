/** Asks the API by its contracts, whoever answers for it: a deployed fleet, or a station. */
import { parseJson } from '../../model/parse-json.ts';
import { printable } from '../../net/printable.ts';
import type { ApiClient, Asking } from '../contracts/api-client.ts';
import type { Asked, Contract, ResultOf } from '../contracts/contract.ts';
import { PROBLEM_MEDIA_TYPE, Problem } from '../contracts/problem.ts';

export interface HttpClientOptions {
  /** `https://host`, without a path. */
  readonly url: URL;
  /** The headers that say who asks; `host` is not among those that are sent. */
  readonly authorise: (request: ApiRequest) => Promise<Readonly<Record<string, string>>>;
  /** One line for an error of `authorise`; undefined: it is another one. */
  readonly authoriseWords?: (error: Error) => string | undefined;
  /** What an answer means that is an error and no problem document of ours. `what`: method and path. */
  readonly explain: (answer: StrangeAnswer) => Exclude<Asking<never>, { status: 'answered' }>;
}

export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly body?: string;
}

export interface StrangeAnswer {
  readonly status: number;
  /** As it came. */
  readonly text: string;
  readonly what: string;
}

/** API Gateway answers within 30 s. */
const TIMEOUT_MS = 35_000;
/** Bytes of an answer, decompressed: the largest report. */
const MAX_ANSWER_BYTES = 100_000_000;
const RETRY_PAUSE_MS = 500;

type Sent =
  | { readonly ok: true; readonly status: number; readonly mediaType: string; readonly text: string }
  | { readonly ok: false; readonly message: string; readonly isUnsigned: boolean };

/** Times out after 35 s; a GET that got no answer, or "try again later", is tried once more. */
export function createHttpClient(options: HttpClientOptions): ApiClient {
  const { url } = options;
  return async <C extends Contract>(contract: C, asked: Asked<C>): Promise<Asking<ResultOf<C>>> => {
    const request = requestOf(contract, asked as object, url);
    let sent = await send(request, options);
    if (contract.method === 'GET' && isTransient(sent)) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
      sent = await send(request, options);
    }
    return sent.ok
      ? readAnswer<C>(contract, sent, request, options)
      : {
          status: 'unreachable',
          message: sent.isUnsigned ? sent.message : `the API can't be reached: ${url.host}: ${sent.message}`,
        };
  };
}
const isTransient = (sent: Sent): boolean =>
  !sent.ok || [429, 502, 503, 504].includes(sent.status) || isNotRun(sent);

/** A 500 that is API Gateway's and not ours: it could not run the function, or the function ended without an answer. */
const isNotRun = ({
  status,
  mediaType,
}: Pick<Extract<Sent, { ok: true }>, 'status' | 'mediaType'>): boolean =>
  status === 500 && mediaType !== PROBLEM_MEDIA_TYPE;

function requestOf(contract: Contract, asked: object, base: URL): ApiRequest {
  const {
    params = {},
    query = {},
    body,
  } = asked as {
    readonly params?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string | number | undefined>>;
    readonly body?: unknown;
  };
  const path = contract.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name] ?? '')),
  );
  const url = new URL(path, base);
  for (const [key, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(key, String(value));
  return { method: contract.method, url, ...(body !== undefined && { body: JSON.stringify(body) }) };
}

async function send(request: ApiRequest, { authorise, authoriseWords }: HttpClientOptions): Promise<Sent> {
  const { method, url, body } = request;
  try {
    const { host: _host, ...headers } = await authorise(request);
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && { body }),
    });
    const mediaType = response.headers.get('content-type')?.split(';', 1)[0] ?? '';
    return { ok: true, status: response.status, mediaType, text: await readBounded(response) };
  } catch (error) {
    const unsigned = error instanceof Error ? authoriseWords?.(error) : undefined;
    return { ok: false, message: unsigned ?? wordsOf(error), isUnsigned: unsigned !== undefined };
  }
}

/** The text of an answer. Throws for one of more than 100 MB. */
export async function readBounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error(`the answer has more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Why there was no answer; `fetch failed` hides it in the cause. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error), 200);
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} s`;
  const cause = error.cause instanceof Error ? error.cause : error;
  return printable(cause.message, 300);
}

function readAnswer<C extends Contract>(
  contract: C,
  { status, mediaType, text }: Extract<Sent, { ok: true }>,
  { method, url }: ApiRequest,
  { explain }: HttpClientOptions,
): Asking<ResultOf<C>> {
  const what = `${method} ${url.pathname}`;
  if (status >= 400) {
    const told = mediaType === PROBLEM_MEDIA_TYPE ? Problem.safeParse(parseJson(text)) : undefined;
    if (told?.success === true) return { status: 'refused', problem: told.data };
    return explain({ status, text, what });
  }
  if (status !== contract.status)
    return { status: 'unreachable', message: `the API answers ${what} with the unexpected status ${status}` };
  const isText = contract.mediaType !== undefined;
  const value = contract.result?.safeParse(isText ? text : parseJson(text));
  if (value === undefined) return { status: 'answered', value: undefined as ResultOf<C> };
  return value.success
    ? { status: 'answered', value: value.data as ResultOf<C> }
    : {
        status: 'unreachable',
        message: `the API's answer to ${what} is not what this version knows; is ${url.host} the API of Inbound Check, of this version?`,
      };
}
