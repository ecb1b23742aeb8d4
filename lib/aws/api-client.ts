/** The API over HTTPS, signed with the operator's AWS credentials. */
import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import { parseJson } from '../model/parse-json.ts';
import { printable } from '../net/printable.ts';
import type { ApiClient, Asking } from '../service/contracts/api-client.ts';
import type { Asked, Contract, ResultOf } from '../service/contracts/contract.ts';
import { PROBLEM_MEDIA_TYPE, Problem, problem } from '../service/contracts/problem.ts';

export interface ApiClientOptions {
  /** `https://host`, without a path. */
  readonly url: URL;
  readonly region: string;
  /** Absent: from the places where AWS's own tools find them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** API Gateway answers within 30 s. */
const TIMEOUT_MS = 35_000;
/** Bytes of an answer, decompressed: the largest report. */
const MAX_ANSWER_BYTES = 100_000_000;
const RETRY_PAUSE_MS = 500;

interface Request {
  readonly method: string;
  readonly url: URL;
  readonly body?: string;
}

type Sent =
  | { readonly ok: true; readonly status: number; readonly mediaType: string; readonly text: string }
  | { readonly ok: false; readonly message: string; readonly isUnsigned: boolean };

/**
 * Credentials come from the places where AWS's own tools find them (environment, profile, SSO, role), at the first call. Times out
 * after 35 s; a GET that got no answer, or "try again later", is tried once more.
 */
export function createApiClient({ url, region, credentials }: ApiClientOptions): ApiClient {
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials: credentials ?? defaultProvider(),
    sha256: Sha256,
  });
  return async <C extends Contract>(contract: C, asked: Asked<C>): Promise<Asking<ResultOf<C>>> => {
    const request = requestOf(contract, asked as object, url);
    let sent = await send(request, signer);
    if (contract.method === 'GET' && isTransient(sent)) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
      sent = await send(request, signer);
    }
    return sent.ok
      ? readAnswer<C>(contract, sent, request)
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

function requestOf(contract: Contract, asked: object, base: URL): Request {
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

async function send({ method, url, body }: Request, signer: SignatureV4): Promise<Sent> {
  try {
    const signed = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: {
        host: url.host,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
    });
    const { host: _host, ...headers } = signed.headers;
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
    return {
      ok: false,
      message: wordsOf(error),
      isUnsigned: error instanceof Error && error.name === 'CredentialsProviderError',
    };
  }
}

async function readBounded({ body }: Response): Promise<string> {
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
  if (error.name === 'CredentialsProviderError')
    return `no AWS credentials: sign in (aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID (${printable(error.message, 200)})`;
  const cause = error.cause instanceof Error ? error.cause : error;
  return printable(cause.message, 300);
}

function readAnswer<C extends Contract>(
  contract: C,
  { status, mediaType, text }: Extract<Sent, { ok: true }>,
  { method, url }: Request,
): Asking<ResultOf<C>> {
  const what = `${method} ${url.pathname}`;
  if (status >= 400) return refusal(status, mediaType, text, what);
  if (status !== contract.status)
    return { status: 'unreachable', message: `the API answers ${what} with the unexpected status ${status}` };
  const isText = contract.mediaType !== undefined;
  const value = contract.result?.safeParse(isText ? text : parseJson(text));
  if (value === undefined) return { status: 'answered', value: undefined as ResultOf<C> };
  return value.success
    ? { status: 'answered', value: value.data as ResultOf<C> }
    : {
        status: 'unreachable',
        message: `the API's answer to ${what} is not what this version knows; is ${url.host} the API of an Inbound Check fleet of this version?`,
      };
}

/** API Gateway's own refusals are not problem documents: `{"message":"Forbidden"}`. */
function refusal(
  status: number,
  mediaType: string,
  text: string,
  what: string,
): Extract<Asking<never>, { status: 'refused' | 'unreachable' }> {
  const told = mediaType === PROBLEM_MEDIA_TYPE ? Problem.safeParse(parseJson(text)) : undefined;
  if (told?.success === true) return { status: 'refused', problem: told.data };
  const { message } = z.object({ message: z.string() }).catch({ message: '' }).parse(parseJson(text));
  const words = printable(message === '' ? `status ${status}` : message, 300);
  switch (status) {
    case 403:
      return {
        status: 'refused',
        problem: problem(
          'forbidden',
          `AWS refuses ${what} (${words}): your role's policy does not allow it (inbound-check-operator-REGION allows everything), or the credentials are not of this account`,
        ),
      };
    case 404:
      return {
        status: 'refused',
        problem: problem('not-found', `the API has no ${what}: is the address right?`),
      };
    case 429:
      return {
        status: 'refused',
        problem: problem('rate-limited', 'too many requests: try again in a minute'),
      };
    // What Lambda says when it throttles becomes this too (AWS re:Post, "api-gateway-internal-server-error").
    case 500:
      return {
        status: 'unreachable',
        message: `the API fails at ${what}: ${words}: Lambda had no room for its function (docs/deploy.md, A new account), or it crashed: try again in a minute, then see its log`,
      };
    default:
      return { status: 'unreachable', message: `the API fails at ${what}: ${words}` };
  }
}
