const DAY_S = 86_400;

/** Epoch seconds at which what began then (ISO 8601) has been kept for so many days: the `ttl` of an item. */
export const expiryAfter = (days: number, startedAt: string): number =>
  Math.floor(Date.parse(startedAt) / 1_000) + days * DAY_S;
