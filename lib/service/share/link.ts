export interface LinkRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** Without its question mark. */
  readonly query?: string;
  /** `Accept-Language`, as the browser sends it. */
  readonly languages?: string | undefined;
  /** `Sec-Fetch-Site`: how far away the page is that had the browser ask (W3C Fetch Metadata). */
  readonly site?: string | undefined;
  /** Where it came from, as the server or what is trusted in front of it saw; absent: not known. */
  readonly address?: string | undefined;
}

export interface LinkAnswer {
  readonly status: 200 | 303 | 403 | 404 | 409 | 503;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}
