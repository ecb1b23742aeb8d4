/** Milliseconds for S3 and DynamoDB, which answer within tens of ms or not at all. */
const CONNECT_MS = 3_000;
const REQUEST_MS = 10_000;

/** What all clients have in common. */
export const clientSettings = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
} as const;
