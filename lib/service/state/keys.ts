/**
 * Every key of the store, and whose it is. Which function may touch which of them is in lib/stacks, by how `pk` begins.
 *
 * | pk                | sk                      | what                                                       |
 * |-------------------|-------------------------|------------------------------------------------------------|
 * | `TARGET#name`     | `TARGET`                | what is registered, with its proofs (targets.ts)           |
 * | `STATE#name`      | `LATEST`                | what the last run saw (latest.ts)                          |
 * |                   | `RUN#start#run`         | one run of it, in one line (target-runs.ts)                |
 * |                   | `HISTORY#endpoint`      | the last runs of an endpoint (history.ts)                  |
 * |                   | `ANNOUNCED`             | what was sent, and what is still to be sent (announced.ts) |
 * | `SCHEDULE#name`   | `SCHEDULE`              | when the target is checked (schedules.ts)                  |
 * |                   | `MAINTENANCE`           | its maintenance windows (maintenance.ts)                   |
 * | `STARTED#name`    | `RUNS`                  | what the schedule started (schedule-trace.ts)              |
 * | `WATCHED#name`    | `WATCH`                 | what the watchdog found (schedule-trace.ts)                |
 * | `WATCHED#name`    | `REMINDED`              | what it said of an open alert (reminders.ts)               |
 * | `ACK#name`        | `ACK`                   | who acknowledged alerts (acknowledgements.ts)              |
 * | `RUN#run`         | `RUN`                   | who started a run, and how it ended (runs.ts)              |
 * |                   | `REPORT#index`          | what it says of a target that has no state of its own      |
 * | `JOINED#run`      | `TARGET#index`          | its report joined with logs of listeners (joined.ts)       |
 * | `RATE#of#name`    | hour                    | the runs of that hour, counted (run-counts.ts)             |
 * | `SHARE#id`        | `SHARE`                 | a link to a report (shares.ts)                             |
 * | `WEBHOOK#id`      | `WEBHOOK`               | where alerts go (webhooks.ts)                              |
 * | `SENT#event`      | receiver                | who has got an alert (deliveries.ts)                       |
 * | `AGAIN#share`      | `RUNS`                  | what visitors of a link started (link-runs.ts)             |
 * | `AGAIN#mail:host`  | `LAST`                  | when a link last had a mail server asked                   |
 * | `OFFICE#run`      | id of a share           | what offices saw of it that its link asked (offices.ts)    |
 * | `SOURCE#vantage`  | address                 | from where it was seen to connect (sources.ts)             |
 * | `SOURCE#`         | `FIRST`                 | the first run that was looked at                           |
 * | `REFLECT#hash`    | `TOKEN`                 | leave to ask for one's address (reflector-tokens.ts)       |
 * | `SITES#`          | `SITES`                 | site vantages and their positions (site-vantages.ts)       |
 * | `SITE#name`       | `ENROLLED`, `HEARD`     | the key of one, and when it was heard of                   |
 * | `SITENONCE#name`  | nonce                   | a request of it, so that none counts twice                 |
 * | `SITEWORK#name`   | id                      | what lies ready for it (lib/service/site/work.ts)          |
 *
 * IAM knows conditions on `pk` alone (`dynamodb:LeadingKeys`), so what one function may write and another may not never
 * share one: the function that publishes what a probed server said can't write the proof that it may be probed.
 */
import { createHash } from 'node:crypto';
import type { ItemKey } from '../ports/item-store.ts';
import type { RunStart } from './run-order.ts';

/** How `pk` begins. */
export const PARTITION = {
  /** Of registered targets: the API, and the starter, which looks for proofs once more. */
  target: 'TARGET#',
  /** Of what runs saw of them: `publish`. */
  state: 'STATE#',
  /** The API. */
  schedule: 'SCHEDULE#',
  /** The starter. */
  started: 'STARTED#',
  /** The watchdog. */
  watched: 'WATCHED#',
  /** The API. */
  acknowledged: 'ACK#',
  run: 'RUN#',
  /** The API. */
  joined: 'JOINED#',
  rate: 'RATE#',
  share: 'SHARE#',
  /** What starts runs of links. */
  again: 'AGAIN#',
  /** What takes the outcomes of offices: the same function. */
  office: 'OFFICE#',
  webhook: 'WEBHOOK#',
  sent: 'SENT#',
  /** `plan` makes them, the API takes them. */
  reflect: 'REFLECT#',
  /** `publish`. */
  source: 'SOURCE#',
  /** The API. */
  sites: 'SITES#',
  /** These three what answers site vantages; work is put there by what dispatches. */
  site: 'SITE#',
  siteNonce: 'SITENONCE#',
  siteWork: 'SITEWORK#',
} as const;

/** `kind` of the items that are listed. */
export const LISTED = {
  target: 'target',
  schedule: 'schedule',
  share: 'share',
  webhook: 'webhook',
  /** What was announced of a target of which something fails. */
  alert: 'alert',
} as const;

/** Bytes that `sk` has at most. */
const MAX_SORT_KEY_BYTES = 1_024;
/** Whether a text is short enough to be a `sk`. */
export const isSortKey = (text: string): boolean => Buffer.byteLength(text) <= MAX_SORT_KEY_BYTES;

/** Of what runs saw of a target. */
export const statePartition = (target: string): string => `${PARTITION.state}${target}`;
const stateOf = (target: string, sk: string): ItemKey => ({ pk: statePartition(target), sk });

export const targetKey = (target: string): ItemKey => ({ pk: `${PARTITION.target}${target}`, sk: 'TARGET' });
export const latestKey = (target: string): ItemKey => stateOf(target, 'LATEST');
export const announcedKey = (target: string): ItemKey => stateOf(target, 'ANNOUNCED');
export const maintenanceKey = (target: string): ItemKey => ({
  pk: `${PARTITION.schedule}${target}`,
  sk: 'MAINTENANCE',
});

export const TARGET_RUN_PREFIX = 'RUN#';
/** By start, so that the newest is the last one. */
export const targetRunKey = (target: string, { startedAt, runId }: RunStart): ItemKey =>
  stateOf(target, `${TARGET_RUN_PREFIX}${startedAt}#${runId}`);

export const HISTORY_PREFIX = 'HISTORY#';
export function historyKey(target: string, endpoint: string): ItemKey {
  const sk = `${HISTORY_PREFIX}${endpoint}`;
  return stateOf(
    target,
    isSortKey(sk) ? sk : `${HISTORY_PREFIX}sha256:${createHash('sha256').update(endpoint).digest('hex')}`,
  );
}

export const scheduleKey = (target: string): ItemKey => ({
  pk: `${PARTITION.schedule}${target}`,
  sk: 'SCHEDULE',
});
export const scheduledRunsKey = (target: string): ItemKey => ({
  pk: `${PARTITION.started}${target}`,
  sk: 'RUNS',
});
export const watchedKey = (target: string): ItemKey => ({ pk: `${PARTITION.watched}${target}`, sk: 'WATCH' });

export const remindedKey = (target: string): ItemKey => ({
  pk: `${PARTITION.watched}${target}`,
  sk: 'REMINDED',
});
export const acknowledgedKey = (target: string): ItemKey => ({
  pk: `${PARTITION.acknowledged}${target}`,
  sk: 'ACK',
});

export const runKey = (runId: string): ItemKey => ({ pk: `${PARTITION.run}${runId}`, sk: 'RUN' });
export const RUN_REPORT_PREFIX = 'REPORT#';
/** By the place of the target in the run, so that a hundred sort as they are counted. */
/** @param index place of the target in the run */
export const joinedItemKey = (runId: string, index: number): ItemKey => ({
  pk: `${PARTITION.joined}${runId}`,
  sk: `TARGET#${index}`,
});
export const runReportKey = (runId: string, index: number): ItemKey => ({
  pk: `${PARTITION.run}${runId}`,
  sk: `${RUN_REPORT_PREFIX}${String(index).padStart(4, '0')}`,
});
/** `hour`: `2026-03-01T09`, UTC. */
export const runCountKey = (of: 'requester' | 'target' | 'host', name: string, hour: string): ItemKey => ({
  pk: `${PARTITION.rate}${of}#${name}`,
  sk: hour,
});
export const shareItemKey = (id: string): ItemKey => ({ pk: `${PARTITION.share}${id}`, sk: 'SHARE' });
/** No id of a share has a colon. */
export const linkRunsKey = (share: string): ItemKey => ({ pk: `${PARTITION.again}${share}`, sk: 'RUNS' });
export const linkMailKey = (host: string): ItemKey => ({ pk: `${PARTITION.again}mail:${host}`, sk: 'LAST' });
export const officePartition = (runId: string): string => `${PARTITION.office}${runId}`;
export const officeKey = (runId: string, share: string): ItemKey => ({
  pk: officePartition(runId),
  sk: share,
});
export const sourcePartition = (vantage: string): string => `${PARTITION.source}${vantage}`;
export const sourceKey = (vantage: string, address: string): ItemKey => ({
  pk: sourcePartition(vantage),
  sk: address,
});
/** No vantage has an empty id. */
export const firstSourcesKey: ItemKey = { pk: PARTITION.source, sk: 'FIRST' };
/** `hash`: SHA-256 of the token, hex. */
export const reflectorTokenKey = (hash: string): ItemKey => ({
  pk: `${PARTITION.reflect}${hash}`,
  sk: 'TOKEN',
});
export const webhookKey = (id: string): ItemKey => ({ pk: `${PARTITION.webhook}${id}`, sk: 'WEBHOOK' });
export const deliveryPartition = (eventId: string): string => `${PARTITION.sent}${eventId}`;
export const deliveryKey = (eventId: string, receiver: string): ItemKey => ({
  pk: deliveryPartition(eventId),
  sk: receiver,
});

export const sitesKey: ItemKey = { pk: PARTITION.sites, sk: 'SITES' };
export const enrolledKey = (name: string): ItemKey => ({ pk: `${PARTITION.site}${name}`, sk: 'ENROLLED' });
export const heardKey = (name: string): ItemKey => ({ pk: `${PARTITION.site}${name}`, sk: 'HEARD' });
export const siteNonceKey = (name: string, nonce: string): ItemKey => ({
  pk: `${PARTITION.siteNonce}${name}`,
  sk: nonce,
});
export const siteWorkPartition = (name: string): string => `${PARTITION.siteWork}${name}`;
export const siteWorkKey = (name: string, id: string): ItemKey => ({ pk: siteWorkPartition(name), sk: id });
