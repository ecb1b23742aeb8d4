/** Milliseconds that a TCP connect may take inside a probe's budget; what is left is for the protocol above. */
export const CONNECT_TIMEOUT_MS = 8_000;
