/** How requests get to the API. The station and the loopback server of `inbound-check console` know the browser by a cookie. */
export interface ConsoleRequest {
  readonly method: string;
  /** From the root of the API, with its query. */
  readonly path: string;
  readonly body?: string;
}

export interface ConsoleAnswer {
  readonly status: number;
  readonly mediaType: string;
  readonly text: string;
}

/** Rejects when there is no answer. */
export type Transport = (request: ConsoleRequest) => Promise<ConsoleAnswer>;

/** Longest wait for an answer, milliseconds: API Gateway gives up after 30 s. */
const TIMEOUT_MS = 35_000;

/**
 * Same origin, with the session's cookie. A page of another site can't set the header without a preflight that nobody answers,
 * so that it stands for "asked by the console itself".
 */
export const sessionTransport: Transport = async ({ method, path, body }) => {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    headers: {
      'x-inbound-check': 'console',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return {
    status: response.status,
    mediaType: response.headers.get('content-type')?.split(';', 1)[0] ?? '',
    text: await response.text(),
  };
};
