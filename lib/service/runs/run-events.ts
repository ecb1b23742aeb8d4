/** Names in the events that a run sends: receivers filter by these. */

export const EVENT_SOURCE = 'inbound-check';
/** `detail`: fleet, runId, requestedBy, finishedAt, verdict, published, reports, execution. */
export const RUN_FINISHED = 'Inbound Check Run Finished';
/** `detail`: fleet, runId, execution, error, cause. */
export const RUN_FAILED = 'Inbound Check Run Failed';
/** `detail`: a `ChangeEvent` (lib/model/change-event.ts), for each change that a run showed. */
export const CHANGE = 'Inbound Check Change';
/** `detail`: fleet, runId, requestedBy, execution, results (where the Map's results are). */
export const SWEEP_FINISHED = 'Inbound Check Sweep Finished';
export const SWEEP_FAILED = 'Inbound Check Sweep Failed';

/** How `requestedBy` of a run begins that a schedule started and nobody waits for: the heartbeat counts these. */
export const SCHEDULED_BY = 'schedule:';
