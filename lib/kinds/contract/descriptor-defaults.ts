/** Budget of one probe of one address in ms. Boulder dials for 10 s (va/http.go). */
export const DEFAULT_TIMEOUT_MS = 10_000;

/** Peers that accept any number of connections, at any time. */
export const NO_PACING = { oneAtATime: false, pauseMs: 0 } as const;
