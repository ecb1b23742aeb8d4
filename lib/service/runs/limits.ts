/** Bounds of the deployed run, in one place, because they depend on each other. No AWS import: stacks and tests read it. */

/** Longest budget of one batch, ms. */
export const MAX_BATCH_MS = 240_000;
/** The prober stops so long before its Lambda timeout, ms: probes come back (1 s of grace) and the answer is written. */
export const PROBER_MARGIN_MS = 3_000;
/** Timeout of the prober function, s: the longest batch, a cold start and the margin. */
export const PROBER_TIMEOUT_S = 270;
/** The dispatcher gives a prober up so long after the batch's budget, ms: cold start, way there and back. */
export const ANSWER_MARGIN_MS = 15_000;
/** The dispatcher gives up so long before its own Lambda timeout, ms, so that it ends with an error of its own. */
export const DISPATCHER_MARGIN_MS = 5_000;
export const DISPATCHER_TIMEOUT_S = 290;
/** `TimeoutSeconds` of the state `Dispatch`: only for a dispatcher that no longer runs. */
export const DISPATCH_STATE_TIMEOUT_S = 310;
/** A site vantage that was not heard of for so long while it has work gives none, s: several questions. */
export const SITE_SILENT_S = 60;
/** Timeout of plan, judge, report and publish, s. */
export const STEP_TIMEOUT_S = 60;

/** Bytes of a state's data that one payload may take; Step Functions allows 256 KiB for everything together. */
export const MAX_INLINE_BYTES = 16_384;
/** The same for all batches of a run together. */
export const MAX_INLINE_BATCHES_BYTES = 65_536;
/** Lambda's limit of a synchronous answer is 6 291 556 bytes; a prober keeps below it, ms of JSON included. */
export const MAX_ANSWER_BYTES = 5_500_000;
/** An answer larger than this goes gzipped. */
export const PLAIN_ANSWER_BYTES = 1_000_000;
/** The most bytes of a decompressed answer. */
export const MAX_DECOMPRESSED_BYTES = 100_000_000;
/** What the judge's findings of one attempt may decompress to; JavaScript's longest text is a little more. */
export const MAX_JUDGED_BYTES = 500_000_000;

/** Calls of one step under way at a time: the SDK's own sockets for one host are 50. */
export const CALLS_AT_A_TIME = 16;
