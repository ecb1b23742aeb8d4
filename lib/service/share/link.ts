export interface LinkRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
}

export interface LinkAnswer {
  readonly status: 200 | 404 | 503;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}
