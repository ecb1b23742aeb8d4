/** A request to the API in the form that AWS Signature Version 4 is computed from, at an engineer's machine and in a browser. */
export interface UnsignedRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** @param body JSON text, where the request has one */
export const unsignedRequest = (method: string, url: URL, body: string | undefined): UnsignedRequest => ({
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
